/** A condition as nested groups of tests, edited in place: all, any or none of what stands in a group. */
import { ActionIcon, Button, Card, Group, Menu, Select, Stack, Text } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useText } from "~/kit/text";
import type { Audience } from "~/settings/queries";
import { AttributeRow } from "./AttributeRow";
import { EventRow, freshEvent, isEventTest } from "./EventRow";
import { FRESH_MEMBER, isMemberTest, MemberRow } from "./MemberRow";
import {
  type AttributeTest,
  type Condition,
  freshTest,
  type GroupKey,
  group,
  grouped,
  groupOf,
  today,
} from "./tests";

interface ConditionEditorProps {
  value: Condition;
  audience: Audience;
  onChange(condition: Condition): void;
}

export function ConditionEditor({ value, audience, onChange }: ConditionEditorProps) {
  return <Conditions of={grouped(value)} audience={audience} depth={1} onChange={onChange} />;
}

interface ConditionsProps {
  of: { key: GroupKey; inside: Condition[] };
  audience: Audience;
  depth: number;
  onChange(condition: Condition): void;
  onRemove?(): void;
}

/** One group. The tests of a group can be told apart only by their places, since they may be the same. */
function Conditions({ of: { key, inside }, audience, depth, onChange, onRemove }: ConditionsProps) {
  const text = useText();
  const put = (to: Condition[]) => onChange(group(key, to));
  return (
    <Card withBorder padding="sm" role="group" aria-label={text("condition.group", { depth })}>
      <Stack gap="sm">
        <Group justify="space-between" wrap="nowrap">
          <Group gap="xs">
            <Select
              aria-label={text("condition.how")}
              data={(["all", "any", "none"] as const).map((value) => ({
                value,
                label: text(`condition.${value}`),
              }))}
              value={key}
              onChange={(to) => to && onChange(group(to as GroupKey, inside))}
              allowDeselect={false}
              w={230}
            />
          </Group>
          {onRemove && <Remove label={text("condition.removeGroup")} onClick={onRemove} />}
        </Group>
        {inside.length === 0 && (
          <Text size="sm" c="dimmed">
            {text(`condition.${key}Empty`)}
          </Text>
        )}
        {inside.map((one, place) => (
          <Line
            key={`${depth}-${place}`}
            value={one}
            audience={audience}
            depth={depth}
            onChange={(to) => put(inside.with(place, to))}
            onRemove={() => put(inside.toSpliced(place, 1))}
          />
        ))}
        <AddMenu audience={audience} onAdd={(one) => put([...inside, one])} />
      </Stack>
    </Card>
  );
}

interface LineProps extends Omit<ConditionsProps, "of"> {
  value: Condition;
  onRemove(): void;
}

function Line({ value, audience, depth, onChange, onRemove }: LineProps) {
  const text = useText();
  const inner = groupOf(value);
  if (inner) {
    return (
      <Conditions of={inner} audience={audience} depth={depth + 1} onChange={onChange} onRemove={onRemove} />
    );
  }
  return (
    <Group align="flex-start" wrap="nowrap" gap="xs">
      <Group flex={1} gap="xs" align="flex-start">
        {isEventTest(value) ? (
          <EventRow value={value} onChange={onChange} />
        ) : isMemberTest(value) ? (
          <MemberRow value={value} audience={audience} onChange={onChange} />
        ) : (
          <AttributeRow value={value as AttributeTest} audience={audience} onChange={onChange} />
        )}
      </Group>
      <Remove label={text("condition.remove")} onClick={onRemove} />
    </Group>
  );
}

function Remove({ label, onClick }: { label: string; onClick(): void }) {
  return (
    <ActionIcon variant="subtle" color="gray" size="lg" aria-label={label} onClick={onClick}>
      <IconTrash size={18} aria-hidden />
    </ActionIcon>
  );
}

function AddMenu({ audience, onAdd }: { audience: Audience; onAdd(condition: Condition): void }) {
  const text = useText();
  const [first] = Object.entries(audience.attributes);
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <Button
          variant="default"
          size="compact-sm"
          w="fit-content"
          leftSection={<IconPlus size={14} aria-hidden />}
        >
          {text("condition.add")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {first && (
          <Menu.Item onClick={() => onAdd(freshTest(first[0], first[1], today()))}>
            {text("condition.addAttribute")}
          </Menu.Item>
        )}
        <Menu.Item onClick={() => onAdd(freshEvent("did"))}>{text("condition.addDid")}</Menu.Item>
        <Menu.Item onClick={() => onAdd(freshEvent("did_not"))}>{text("condition.addDidNot")}</Menu.Item>
        <Menu.Item onClick={() => onAdd(FRESH_MEMBER)}>{text("condition.addMember")}</Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={() => onAdd(group("any", []))}>{text("condition.addGroup")}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

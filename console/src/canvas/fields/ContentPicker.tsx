/** Which content a message step sends: its state, a way to open it, and to make a new one. */
import { Anchor, Badge, Group, Stack, Text } from "@mantine/core";
import { Link } from "react-router";
import { SearchSelect } from "~/kit/SearchSelect";
import { useText } from "~/kit/text";
import { useAudience } from "../around";
import { type Content, useContents } from "../queries";

interface ContentPickerProps {
  kind: Content["kind"];
  value: string;
  onChange(name: string): void;
}

export function ContentPicker({ kind, value, onChange }: ContentPickerProps) {
  const text = useText();
  const audience = useAudience();
  const contents = useContents().data ?? [];
  const fitting = contents.filter(
    (one) => one.kind === kind && (!audience || one.audience === audience.name),
  );
  const chosen = contents.find((one) => one.name === value);
  const names = fitting.map((one) => one.name);
  if (value && !names.includes(value)) names.unshift(value);
  return (
    <Stack gap={6}>
      <SearchSelect
        label={text(`steps.content_${kind}`)}
        placeholder={text("fields.choose")}
        data={names}
        value={value || null}
        onChange={(name) => name && onChange(name)}
        allowDeselect={false}
        nothingFoundMessage={text("fields.noContent")}
        renderOption={({ option }) => (
          <Group justify="space-between" wrap="nowrap" flex={1}>
            <Text size="sm" truncate>
              {option.label}
            </Text>
            <Text size="xs" c="dimmed">
              {fitting.find((one) => one.name === option.value)?.state}
            </Text>
          </Group>
        )}
      />
      <Group gap="sm">
        {chosen && (
          <Badge variant="dot" color={chosen.sendable ? "green" : "gray"} tt="none">
            {chosen.state}
          </Badge>
        )}
        {chosen && (
          <Anchor component={Link} to={`/content/${encodeURIComponent(chosen.name)}`} size="sm">
            {text("fields.openContent")}
          </Anchor>
        )}
        <Anchor component={Link} to={`/content/new?kind=${kind}`} size="sm">
          {text(`fields.new_${kind}`)}
        </Anchor>
      </Group>
    </Stack>
  );
}

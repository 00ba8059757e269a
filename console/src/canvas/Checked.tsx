/** What keeps the draft from being published: how many, a list that leads there, and what can be mended with one click. */
import { Anchor, Button, Group, List, Popover, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconLoader } from "@tabler/icons-react";
import { useText } from "~/kit/text";
import { useEditor } from "./editor";
import { useFix } from "./fixes";
import { type Mark, useMarks } from "./marks";
import { type Saver, useSaved } from "./saving";

export function Checked({ saver }: { saver: Saver }) {
  const text = useText();
  const { all, isChecked } = useMarks();
  const isSaved = useSaved(saver, ({ state }) => state.now === "saved");
  const isKnown = isSaved && isChecked;
  const errors = all.filter((mark) => mark.level === "error").length;
  const Icon = errors ? IconAlertTriangle : isKnown ? IconCircleCheck : IconLoader;
  return (
    <Popover width={400} shadow="md" position="bottom-end" trapFocus returnFocus withRoles={false}>
      <Popover.Target>
        <Button
          variant="default"
          size="xs"
          leftSection={<Icon size={16} aria-hidden />}
          onClick={() => void saver.save()}
          aria-haspopup="dialog"
        >
          {text(isKnown ? "canvas.checkFound" : "canvas.checking", { errors, warnings: all.length - errors })}
        </Button>
      </Popover.Target>
      <Popover.Dropdown
        role="dialog"
        aria-label={text("canvas.check")}
        mah={480}
        style={{ overflowY: "auto" }}
      >
        <Stack gap="sm">
          {isChecked && errors === 0 && <Text size="sm">{text("canvas.allGood")}</Text>}
          <List listStyleType="none" spacing="sm" styles={{ itemWrapper: { width: "100%" } }}>
            {all.map((mark) => (
              <Problem key={`${mark.where} ${mark.code} ${mark.message}`} mark={mark} />
            ))}
          </List>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

function Problem({ mark }: { mark: Mark }) {
  const text = useText();
  const fix = useFix(mark);
  const select = useEditor((state) => state.select);
  const focus = useEditor((state) => state.focus);
  return (
    <List.Item>
      <Text size="sm">
        <strong>{text(`canvas.${mark.level}`, { step: mark.step })}</strong> {mark.message} {mark.advice}
      </Text>
      <Group gap="md">
        <Anchor
          component="button"
          type="button"
          size="sm"
          onClick={() => {
            select(mark.step);
            focus(mark.step);
          }}
        >
          {text("canvas.goTo", { id: mark.step })}
        </Anchor>
        {fix && (
          <Anchor component="button" type="button" size="sm" onClick={fix.act}>
            {fix.label}
          </Anchor>
        )}
      </Group>
    </List.Item>
  );
}

/** Text with bold, italic, links and personalisation: marks in plain text, set by buttons, keys, or typed. */
import {
  ActionIcon,
  type ActionIconProps,
  Button,
  Group,
  Input,
  Popover,
  Stack,
  Textarea,
  TextInput,
  Tooltip,
} from "@mantine/core";
import { IconBold, IconItalic, IconLink } from "@tabler/icons-react";
import { type KeyboardEvent, type Ref, useId, useState } from "react";
import { useText } from "~/kit/text";
import { Personalise } from "./Personalise";
import { inserted, surrounded, useSpot } from "./spot";

interface MarkupFieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** An id for a new link with these words. */
  newLinkId: (words: string) => string;
  minRows?: number;
}

export function MarkupField({ label, value, onChange, newLinkId, minRows = 3 }: MarkupFieldProps) {
  const text = useText();
  const id = useId();
  const { ref, edit, insert } = useSpot<HTMLTextAreaElement>(onChange);
  const [linked, setLinked] = useState<string | null>(null);
  const mark = (sign: string) => edit((all, start, end) => surrounded(all, start, end, sign));
  const askLink = () => {
    const field = ref.current;
    setLinked(field ? value.slice(field.selectionStart, field.selectionEnd) : "");
  };
  const keys: Record<string, () => void> = {
    b: () => mark("**"),
    i: () => mark("*"),
    k: () => askLink(),
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const deed = event.ctrlKey || event.metaKey ? keys[event.key.toLowerCase()] : undefined;
    if (!deed) return;
    event.preventDefault();
    deed();
  };
  const link = (words: string, url: string) =>
    edit((all, start, end) => inserted(all, start, end, `[${words}](${url} "${newLinkId(words)}")`));
  return (
    <div>
      <Group justify="space-between" mb={4} wrap="nowrap">
        <Input.Label htmlFor={id}>{label}</Input.Label>
        <Group gap={2} wrap="nowrap">
          <Format label={text("format.bold")} keys="Ctrl+B" icon={IconBold} onClick={() => mark("**")} />
          <Format label={text("format.italic")} keys="Ctrl+I" icon={IconItalic} onClick={() => mark("*")} />
          <Popover
            opened={linked !== null}
            onChange={() => setLinked(null)}
            trapFocus
            withArrow
            position="bottom-end"
          >
            <Popover.Target>
              <Format label={text("format.link")} keys="Ctrl+K" icon={IconLink} onClick={askLink} />
            </Popover.Target>
            <Popover.Dropdown aria-label={text("format.linkTitle")}>
              <LinkForm
                words={linked ?? ""}
                onDone={(words, url) => {
                  setLinked(null);
                  link(words, url);
                }}
              />
            </Popover.Dropdown>
          </Popover>
          <Personalise field={label} insert={insert} />
        </Group>
      </Group>
      <Textarea
        id={id}
        ref={ref}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        autosize
        minRows={minRows}
        maxRows={16}
      />
    </div>
  );
}

interface FormatProps extends Omit<ActionIconProps, "children"> {
  ref?: Ref<HTMLButtonElement>;
  label: string;
  keys: string;
  icon: typeof IconBold;
  onClick: () => void;
}

function Format({ label, keys, icon: Icon, ...others }: FormatProps) {
  return (
    <Tooltip label={`${label} (${keys})`}>
      <ActionIcon variant="subtle" color="gray" size={28} aria-label={label} {...others}>
        <Icon size={18} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}

function LinkForm({ words, onDone }: { words: string; onDone: (words: string, url: string) => void }) {
  const text = useText();
  const [said, setSaid] = useState(words);
  const [url, setUrl] = useState("https://");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        event.stopPropagation();
        onDone(said.trim() || url, url.trim().replaceAll(" ", "%20"));
      }}
    >
      <Stack gap="sm" w={280}>
        <TextInput
          label={text("format.linkText")}
          value={said}
          onChange={(event) => setSaid(event.currentTarget.value)}
        />
        <TextInput
          label={text("format.linkUrl")}
          value={url}
          onChange={(event) => setUrl(event.currentTarget.value)}
          required
        />
        <Button type="submit">{text("format.insert")}</Button>
      </Stack>
    </form>
  );
}

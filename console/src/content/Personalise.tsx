/** Inserts what is known of a person, with words for those of whom it is not known. */
import { ActionIcon, Button, NativeSelect, Popover, Stack, TextInput, Tooltip } from "@mantine/core";
import { IconUserPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useText } from "~/kit/text";
import { useKnown } from "./known";
import { placeholder } from "./model/liquid";

interface PersonaliseProps {
  /** Which field it is for, for those who do not see where it stands. */
  field: string;
  insert: (placeholder: string) => void;
}

export function Personalise({ field, insert }: PersonaliseProps) {
  const text = useText();
  const [isOpen, setOpen] = useState(false);
  const known = useKnown();
  const [chosen, setChosen] = useState("person.first_name");
  const [fallback, setFallback] = useState(() => text("personalise.friend"));
  const paths = [...known.person, ...known.trigger];
  const path = paths.includes(chosen) ? chosen : (paths[0] ?? "");
  const options = [
    group(text("personalise.person"), known.person),
    group(text("personalise.trigger"), known.trigger),
  ];
  const submit = () => {
    setOpen(false);
    insert(placeholder(path, fallback.trim()));
  };
  return (
    <Popover opened={isOpen} onChange={setOpen} trapFocus withArrow position="bottom-end" withinPortal>
      <Popover.Target>
        <Tooltip label={text("personalise.open")}>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={28}
            onClick={() => setOpen((was) => !was)}
            aria-label={text("personalise.openFor", { field })}
          >
            <IconUserPlus size={18} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown aria-label={text("personalise.openFor", { field })}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            event.stopPropagation();
            submit();
          }}
        >
          <Stack gap="sm" w={260}>
            <NativeSelect
              label={text("personalise.attribute")}
              data={options.filter(({ items }) => items.length > 0)}
              value={path}
              onChange={(event) => setChosen(event.currentTarget.value)}
            />
            <TextInput
              label={text("personalise.fallback")}
              description={text("personalise.fallbackHint")}
              value={fallback}
              onChange={(event) => setFallback(event.currentTarget.value)}
            />
            <Button type="submit" disabled={!path}>
              {text("personalise.insert")}
            </Button>
          </Stack>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}

function group(label: string, items: string[]) {
  return {
    group: label,
    items: items.map((value) => ({ value, label: value.slice(value.indexOf(".") + 1) })),
  };
}

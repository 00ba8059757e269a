/** Earlier, later, away: of one in an ordered list. */
import { ActionIcon, Group } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconTrash } from "@tabler/icons-react";
import { useText } from "~/kit/text";
import { reordered } from "../model/outcomes";

interface OrderProps<T> {
  list: T[];
  index: number;
  name: string;
  put(list: T[]): void;
}

export function Order<T>({ list, index, name, put }: OrderProps<T>) {
  const text = useText();
  return (
    <Group gap={4} mt={6} justify="flex-end">
      <ActionIcon
        variant="subtle"
        disabled={index === 0}
        aria-label={text("steps.earlier", { name })}
        onClick={() => put(reordered(list, index, index - 1))}
      >
        <IconArrowUp size={16} aria-hidden />
      </ActionIcon>
      <ActionIcon
        variant="subtle"
        disabled={index === list.length - 1}
        aria-label={text("steps.later", { name })}
        onClick={() => put(reordered(list, index, index + 1))}
      >
        <IconArrowDown size={16} aria-hidden />
      </ActionIcon>
      <ActionIcon
        variant="subtle"
        color="red"
        disabled={list.length === 1}
        aria-label={text("steps.removeOutcome", { name })}
        onClick={() => put(list.toSpliced(index, 1))}
      >
        <IconTrash size={16} aria-hidden />
      </ActionIcon>
    </Group>
  );
}

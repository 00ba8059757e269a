/** The blocks of an email in their order, the same for mouse and keyboard: each a card with its fields and its deeds. */
import { Button, Group, Stack, Text } from "@mantine/core";
import { IconArrowBackUp, IconArrowForwardUp, IconPlus } from "@tabler/icons-react";
import { useText } from "~/kit/text";
import { AddBlock } from "./AddBlock";
import { BlockCard } from "./BlockCard";
import { ADD, type Blocks } from "./useBlocks";

interface BlockListProps {
  blocks: Blocks;
}

export function BlockList({ blocks }: BlockListProps) {
  const text = useText();
  const list = blocks.email.blocks;
  return (
    <section aria-label={text("blocks.list")}>
      <Group gap="xs" mb="xs" justify="flex-end">
        <Button
          variant="default"
          size="xs"
          leftSection={<IconArrowBackUp size={16} aria-hidden />}
          disabled={!blocks.undo}
          onClick={() => blocks.undo?.()}
        >
          {text("blocks.undo")}
        </Button>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconArrowForwardUp size={16} aria-hidden />}
          disabled={!blocks.redo}
          onClick={() => blocks.redo?.()}
        >
          {text("blocks.redo")}
        </Button>
      </Group>
      {list.length === 0 && <Text c="dimmed">{text("blocks.empty")}</Text>}
      <Stack gap="sm">
        {list.map((block, index) => (
          <BlockCard key={block.id} block={block} number={index + 1} blocks={blocks} />
        ))}
        <AddBlock add={(block) => blocks.add(block, "end")}>
          <Button id={ADD} variant="light" leftSection={<IconPlus size={16} aria-hidden />}>
            {text("blocks.add")}
          </Button>
        </AddBlock>
      </Stack>
    </section>
  );
}

/** One block: what it is, what can be done to it, its fields, and the columns inside it. */
import { ActionIcon, Button, Group, Paper, SimpleGrid, Stack, Text } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconCopy, IconPlus, IconTrash } from "@tabler/icons-react";
import { useText } from "~/kit/text";
import { AddBlock, ICONS } from "./AddBlock";
import { BlockFields } from "./BlockFields";
import type { Block, Columns } from "./model/blocks";
import { duplicate, move, placeOf } from "./model/edit";
import type { Blocks } from "./useBlocks";

interface BlockCardProps {
  block: Block;
  number: number;
  blocks: Blocks;
  inColumn?: boolean;
}

export function BlockCard({ block, number, blocks, inColumn = false }: BlockCardProps) {
  const text = useText();
  const Icon = ICONS[block.kind];
  const kind = text(`blocks.${block.kind}`);
  return (
    <Paper id={block.id} component="section" withBorder p="sm" tabIndex={-1} aria-label={`${kind} ${number}`}>
      <Group justify="space-between" mb={block.kind === "divider" ? 0 : "xs"} wrap="nowrap">
        <Group gap={6} wrap="nowrap">
          <Icon size={16} aria-hidden />
          <Text size="sm" fw={600}>
            {kind}
          </Text>
        </Group>
        <Deeds block={block} name={`${kind} ${number}`} blocks={blocks} inColumn={inColumn} />
      </Group>
      {block.kind === "columns" ? (
        <Inside block={block} blocks={blocks} />
      ) : (
        <BlockFields block={block} blocks={blocks} />
      )}
    </Paper>
  );
}

interface DeedsProps {
  block: Block;
  name: string;
  blocks: Blocks;
  inColumn: boolean;
}

function Deeds({ block, name, blocks, inColumn }: DeedsProps) {
  const text = useText();
  const { index, count } = placeOf(blocks.email.blocks, block.id);
  const label = (action: "up" | "down" | "duplicate" | "remove" | "addAfter") =>
    `${text(`blocks.${action}`)}: ${name}`;
  const look = { variant: "subtle", color: "gray", size: 28 } as const;
  return (
    <Group gap={0} wrap="nowrap">
      <ActionIcon
        {...look}
        aria-label={label("up")}
        disabled={index === 0}
        onClick={() => blocks.edit((list) => move(list, block.id, -1))}
      >
        <IconArrowUp size={16} aria-hidden />
      </ActionIcon>
      <ActionIcon
        {...look}
        aria-label={label("down")}
        disabled={index === count - 1}
        onClick={() => blocks.edit((list) => move(list, block.id, 1))}
      >
        <IconArrowDown size={16} aria-hidden />
      </ActionIcon>
      <ActionIcon
        {...look}
        aria-label={label("duplicate")}
        onClick={() => blocks.edit((list) => duplicate(list, block.id))}
      >
        <IconCopy size={16} aria-hidden />
      </ActionIcon>
      <AddBlock inColumn={inColumn} add={(added) => blocks.add(added, { after: block.id })}>
        <ActionIcon {...look} aria-label={label("addAfter")}>
          <IconPlus size={16} aria-hidden />
        </ActionIcon>
      </AddBlock>
      <ActionIcon {...look} aria-label={label("remove")} onClick={() => blocks.removed(block.id)}>
        <IconTrash size={16} aria-hidden />
      </ActionIcon>
    </Group>
  );
}

interface InsideProps {
  block: Columns;
  blocks: Blocks;
}

function Inside({ block, blocks }: InsideProps) {
  const text = useText();
  return (
    <SimpleGrid cols={{ base: 1, xl: 2 }}>
      {block.columns.map((column, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
        <Stack key={index} gap="xs" role="group" aria-label={text("blocks.column", { number: index + 1 })}>
          <Text size="xs" c="dimmed">
            {text("blocks.column", { number: index + 1 })}
          </Text>
          {column.blocks.map((one, place) => (
            <BlockCard key={one.id} block={one} number={place + 1} blocks={blocks} inColumn />
          ))}
          <AddBlock inColumn add={(added) => blocks.add(added, { columns: block.id, column: index })}>
            <Button variant="light" size="xs" leftSection={<IconPlus size={14} aria-hidden />}>
              {text("blocks.addIn", { number: index + 1 })}
            </Button>
          </AddBlock>
        </Stack>
      ))}
    </SimpleGrid>
  );
}

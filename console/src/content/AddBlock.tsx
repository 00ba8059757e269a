/** The kinds of blocks, to choose the next one from. */
import { Menu, Text } from "@mantine/core";
import {
  IconCode,
  IconColumns2,
  IconHeading,
  IconLetterT,
  IconLine,
  IconLink,
  IconPhoto,
  IconSection,
  IconSpacingVertical,
} from "@tabler/icons-react";
import type { ReactElement } from "react";
import { useText } from "~/kit/text";
import { type Block, made, madeColumns, newId, SIMPLE } from "./model/blocks";

export const ICONS = {
  heading: IconHeading,
  text: IconLetterT,
  image: IconPhoto,
  button: IconLink,
  divider: IconLine,
  spacer: IconSpacingVertical,
  footer: IconSection,
  columns: IconColumns2,
  source: IconCode,
} as const;

const ALL = [...SIMPLE, "columns", "source"] as const;

interface AddBlockProps {
  children: ReactElement;
  /** Columns do not stand in columns. */
  inColumn?: boolean;
  add: (block: Block) => void;
}

export function AddBlock({ children, inColumn, add }: AddBlockProps) {
  const text = useText();
  return (
    <Menu position="bottom-start" withinPortal>
      <Menu.Target>{children}</Menu.Target>
      <Menu.Dropdown mah={420} style={{ overflowY: "auto" }}>
        {ALL.filter((kind) => !inColumn || kind !== "columns").map((kind) => {
          const Icon = ICONS[kind];
          return (
            <Menu.Item
              key={kind}
              leftSection={<Icon size={18} aria-hidden />}
              aria-label={text(`blocks.${kind}`)}
              onClick={() => add(blockOf(kind))}
            >
              {text(`blocks.${kind}`)}
              <Text size="xs" c="dimmed" maw={240}>
                {text(`blocks.${kind}Hint`)}
              </Text>
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}

function blockOf(kind: (typeof ALL)[number]): Block {
  if (kind === "columns") return madeColumns();
  if (kind === "source")
    return { id: newId(), kind, source: "<mj-raw></mj-raw>", wrap: { section: {}, column: {} } };
  return made(kind);
}

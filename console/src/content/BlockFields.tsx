/** What each kind of block asks for. Attributes that have no field stay what they are. */
import { Collapse, SimpleGrid, Stack, Textarea, TextInput, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useText } from "~/kit/text";
import { LOOKS, LookField } from "./LookFields";
import { MarkupField } from "./MarkupField";
import type { Leaf, Simple } from "./model/blocks";
import { change, changeSource } from "./model/edit";
import { freeId, linksOf } from "./model/links";
import { PersonalField } from "./PersonalField";
import type { Blocks } from "./useBlocks";

interface BlockFieldsProps {
  block: Leaf;
  blocks: Blocks;
}

export function BlockFields({ block, blocks }: BlockFieldsProps) {
  const text = useText();
  if (block.kind === "source") {
    return (
      <Textarea
        label={text("field.source")}
        description={text("blocks.sourceHint")}
        value={block.source}
        onChange={(event) => {
          const source = event.currentTarget.value;
          blocks.edit((list) => changeSource(list, block.id, source));
        }}
        autosize
        maxRows={16}
        styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
      />
    );
  }
  return (
    <Stack gap="xs">
      <Main block={block} blocks={blocks} />
      <Looks block={block} blocks={blocks} />
    </Stack>
  );
}

interface SimpleProps {
  block: Simple;
  blocks: Blocks;
}

function useSetters({ block, blocks }: SimpleProps) {
  const set = (name: string, value: string) => {
    const { [name]: _, ...others } = block.attributes;
    const isNeeded = name === "src" || name === "alt" || (name === "href" && block.kind === "button");
    const attributes = value === "" && !isNeeded ? others : { ...block.attributes, [name]: value };
    blocks.edit((list) => change(list, block.id, { attributes }));
  };
  const say = (words: string) => blocks.edit((list) => change(list, block.id, { text: words }));
  return { set, say };
}

function Main({ block, blocks }: SimpleProps): ReactNode {
  const text = useText();
  const { set, say } = useSetters({ block, blocks });
  const newLinkId = (words: string) =>
    freeId(
      words,
      linksOf(blocks.body).map(({ id }) => id),
    );
  const words = { value: block.text, onChange: say };
  const attribute = (name: string) => ({
    value: block.attributes[name] ?? "",
    onChange: (value: string) => set(name, value),
  });
  switch (block.kind) {
    case "heading":
      return <PersonalField label={text("field.headingText")} {...words} />;
    case "text":
      return <MarkupField label={text("field.text")} newLinkId={newLinkId} {...words} />;
    case "footer":
      return <MarkupField label={text("field.footer")} newLinkId={newLinkId} minRows={2} {...words} />;
    case "button":
      return (
        <>
          <PersonalField label={text("field.label")} {...words} />
          <PersonalField label={text("field.href")} placeholder="https://" {...attribute("href")} />
          <LinkId block={block} set={set} />
        </>
      );
    case "image":
      return (
        <>
          <PersonalField label={text("field.src")} placeholder="https://" {...attribute("src")} />
          <PersonalField
            label={text("field.alt")}
            description={text("field.altHint")}
            {...attribute("alt")}
          />
          <OptionalAddress block={block} set={set} />
        </>
      );
    default:
      return null;
  }
}

interface SetProps {
  block: Simple;
  set: (name: string, value: string) => void;
}

function LinkId({ block, set }: SetProps) {
  const text = useText();
  return (
    <TextInput
      label={text("field.link")}
      description={text("field.linkHint")}
      value={block.attributes.link ?? ""}
      onChange={(event) => set("link", event.currentTarget.value)}
    />
  );
}

/** A picture without an address is no link, and has no attribute that says it were one. */
function OptionalAddress({ block, set }: SetProps) {
  const text = useText();
  return (
    <>
      <TextInput
        label={text("field.hrefOptional")}
        placeholder="https://"
        value={block.attributes.href ?? ""}
        onChange={(event) => set("href", event.currentTarget.value)}
      />
      {block.attributes.href && <LinkId block={block} set={set} />}
    </>
  );
}

function Looks({ block, blocks }: SimpleProps) {
  const text = useText();
  const { set } = useSetters({ block, blocks });
  const [isOpen, { toggle }] = useDisclosure(["divider", "spacer"].includes(block.kind));
  const Chevron = isOpen ? IconChevronDown : IconChevronRight;
  return (
    <div>
      <UnstyledButton
        onClick={toggle}
        aria-expanded={isOpen}
        fz="sm"
        mih={24}
        display="flex"
        style={{ alignItems: "center" }}
      >
        <Chevron size={16} aria-hidden />
        {text("field.look")}
      </UnstyledButton>
      <Collapse expanded={isOpen}>
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xs" mt={4}>
          {isOpen &&
            LOOKS[block.kind].map((look) => (
              <LookField
                key={look.attribute}
                look={look}
                value={block.attributes[look.attribute] ?? ""}
                onChange={(value) => set(look.attribute, value)}
              />
            ))}
        </SimpleGrid>
      </Collapse>
    </div>
  );
}

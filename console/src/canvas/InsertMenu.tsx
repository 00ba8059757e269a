/** The menu of the plus: all kinds of steps in their groups; typing narrows it, arrow keys and Enter choose. */
import { Combobox, Group, Popover, Text, TextInput, useCombobox } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { type KeyboardEvent, useEffect, useState } from "react";
import { useFirstFocus } from "~/kit/focus";
import { type Text as Say, useText } from "~/kit/text";
import { wallAt, writeWall } from "~/kit/wall";
import { useAudience, useZone } from "./around";
import { useDeeds } from "./deeds";
import { type Asking, useDocument, useEditor } from "./editor";
import type { Kind } from "./model/document";
import { freshId, ids } from "./model/edit";
import { GROUPS, labelOf } from "./steps/kind";
import { KINDS, kindOf } from "./steps/registry";

/** In the order in which they are shown. */
const ALL = GROUPS.flatMap((group) =>
  (Object.keys(KINDS) as Kind[]).filter((kind) => kindOf(kind).group === group),
);
const STEERS: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };

export function InsertMenu({ asking }: { asking: Extract<Asking, { what: "insert" }> }) {
  const ask = useEditor((state) => state.ask);
  return (
    <Popover
      opened
      onClose={() => ask(null)}
      position="bottom"
      shadow="md"
      width={320}
      trapFocus
      withRoles={false}
      withinPortal
      transitionProps={{ duration: 0 }}
    >
      <Popover.Target>
        <div style={{ position: "fixed", left: asking.x, top: asking.y, width: 1, height: 1 }} />
      </Popover.Target>
      <Popover.Dropdown p="xs" role="dialog" aria-label={useText()("canvas.insert")}>
        <KindList asking={asking} />
      </Popover.Dropdown>
    </Popover>
  );
}

function KindList({ asking }: { asking: Extract<Asking, { what: "insert" }> }) {
  const text = useText();
  const insert = useInsert(asking);
  const input = useFirstFocus<HTMLInputElement>();
  const [search, setSearch] = useState("");
  /** Where the arrow keys have led; null while only typing says what is meant. */
  const [steered, setSteered] = useState<number | null>(null);
  const combobox = useCombobox({ opened: true });
  const { found, meant } = matching(search, text);
  const chosen = found[steered ?? meant];
  const press = (event: KeyboardEvent) => {
    const way = STEERS[event.key];
    if (event.nativeEvent.isComposing || (event.key !== "Enter" && !way)) return;
    event.preventDefault();
    if (way) setSteered(((steered ?? meant) + way + found.length) % Math.max(found.length, 1));
    else if (chosen) insert(chosen);
  };
  return (
    <Combobox store={combobox} onOptionSubmit={(kind) => insert(kind as Kind)}>
      <Combobox.EventsTarget
        withKeyboardNavigation={false}
        withExpandedAttribute
        aria-activedescendant={chosen && idOf(chosen)}
      >
        <TextInput
          ref={input}
          data-autofocus
          aria-label={text("canvas.searchKinds")}
          placeholder={text("canvas.searchKinds")}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={search}
          onKeyDown={press}
          onChange={(event) => {
            setSteered(null);
            setSearch(event.currentTarget.value);
          }}
        />
      </Combobox.EventsTarget>
      <Combobox.Options
        tabIndex={0}
        mt="xs"
        mah={360}
        style={{ overflowY: "auto" }}
        aria-label={text("canvas.insert")}
      >
        {GROUPS.map((group) => {
          const kinds = found.filter((kind) => kindOf(kind).group === group);
          return kinds.length ? (
            <Combobox.Group key={group} label={text(`steps.group${group}`)}>
              {kinds.map((kind) => (
                <KindOption key={kind} kind={kind} isChosen={kind === chosen} />
              ))}
            </Combobox.Group>
          ) : null;
        })}
        {found.length === 0 && <Combobox.Empty>{text("canvas.nothingFound")}</Combobox.Empty>}
      </Combobox.Options>
    </Combobox>
  );
}

/** The kinds that fit what was typed, and which of them is meant: the first that is called so, or else is described so. */
function matching(search: string, text: Say): { found: Kind[]; meant: number } {
  const wanted = search.trim().toLowerCase();
  const isIn = (words: string) => words.toLowerCase().includes(wanted);
  const found = ALL.filter((kind) => isIn(`${text(labelOf(kind))} ${text(`steps.${kind}Hint`)}`));
  const meant = found.findIndex((kind) => isIn(text(labelOf(kind))));
  return { found, meant: Math.max(meant, 0) };
}

function idOf(kind: Kind): string {
  return `insert-${kind}`;
}

function KindOption({ kind, isChosen }: { kind: Kind; isChosen: boolean }) {
  const text = useText();
  const { icon: Icon, colour } = kindOf(kind);
  useEffect(() => {
    if (isChosen) document.getElementById(idOf(kind))?.scrollIntoView({ block: "nearest" });
  }, [isChosen, kind]);
  return (
    <Combobox.Option value={kind} id={idOf(kind)} selected={isChosen} aria-selected={isChosen}>
      <Group gap="sm" wrap="nowrap" align="flex-start">
        <Icon
          size={18}
          aria-hidden
          color={`var(--mantine-color-${colour}-light-color)`}
          style={{ flex: "none" }}
        />
        <div>
          <Text size="sm" fw={500}>
            {text(labelOf(kind))}
          </Text>
          <Text size="xs" className="kind-hint">
            {text(`steps.${kind}Hint`)}
          </Text>
        </div>
      </Group>
    </Combobox.Option>
  );
}

/** Puts a new step of a kind at the place, and goes to it. */
function useInsert({ place }: Extract<Asking, { what: "insert" }>) {
  const document = useDocument();
  const audience = useAudience();
  const zone = useZone();
  const deeds = useDeeds();
  const ask = useEditor((state) => state.ask);
  return (kind: Kind) => {
    const taken = ids(document);
    const id = (wanted: string) => {
      const fresh = freshId(taken, wanted);
      taken.add(fresh);
      return fresh;
    };
    const now = writeWall(wallAt(Date.now(), zone));
    ask(null);
    deeds.add(place, [kindOf(kind).fresh({ document, place, audience, now, id })]);
  };
}

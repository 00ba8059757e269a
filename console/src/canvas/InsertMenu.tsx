/** The menu of the plus: all kinds of steps in their groups; typing narrows it, arrow keys and Enter choose. */
import { Combobox, Group, Popover, Text, TextInput, useCombobox } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useRef, useState } from "react";
import { useText } from "~/kit/text";
import { wallAt, writeWall } from "~/kit/wall";
import { useAudience, useZone } from "./around";
import { useDeeds } from "./deeds";
import { type Asking, useDocument, useEditor } from "./editor";
import type { Kind } from "./model/document";
import { freshId, ids } from "./model/edit";
import { GROUPS, labelOf } from "./steps/kind";
import { KINDS, kindOf } from "./steps/registry";

const ALL = Object.keys(KINDS) as Kind[];

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
      returnFocus
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
  const [search, setSearch] = useState("");
  const isSteered = useRef(false);
  const combobox = useCombobox({ opened: true });
  const wanted = search.trim().toLowerCase();
  const fitting = ALL.filter((kind) =>
    `${text(labelOf(kind))} ${text(`steps.${kind}Hint`)}`.toLowerCase().includes(wanted),
  );
  return (
    <Combobox store={combobox} onOptionSubmit={(kind) => insert(kind as Kind)}>
      <Combobox.EventsTarget>
        <TextInput
          data-autofocus
          aria-label={text("canvas.searchKinds")}
          placeholder={text("canvas.searchKinds")}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={search}
          onFocus={() => combobox.selectFirstOption()}
          onKeyDown={({ key }) => {
            if (key.startsWith("Arrow")) isSteered.current = true;
            // whoever types and presses Enter at once means the first of what is found by then
            if (key === "Enter" && !isSteered.current) combobox.selectFirstOption();
          }}
          onChange={(event) => {
            isSteered.current = false;
            setSearch(event.currentTarget.value);
            requestAnimationFrame(() => combobox.selectFirstOption());
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
          const kinds = fitting.filter((kind) => kindOf(kind).group === group);
          return kinds.length ? (
            <Combobox.Group key={group} label={text(`steps.group${group}`)}>
              {kinds.map((kind) => (
                <KindOption key={kind} kind={kind} />
              ))}
            </Combobox.Group>
          ) : null;
        })}
        {fitting.length === 0 && <Combobox.Empty>{text("canvas.nothingFound")}</Combobox.Empty>}
      </Combobox.Options>
    </Combobox>
  );
}

function KindOption({ kind }: { kind: Kind }) {
  const text = useText();
  const { icon: Icon, colour } = kindOf(kind);
  return (
    <Combobox.Option value={kind}>
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

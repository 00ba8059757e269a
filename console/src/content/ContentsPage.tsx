/** All emails, text messages and push notifications, searched and filtered by the address. */
import { Button, Group, Select, Table, Text, TextInput, VisuallyHidden } from "@mantine/core";
import { IconFileText, IconPlus, IconSearch } from "@tabler/icons-react";
import { Link, useSearchParams } from "react-router";
import { Answer } from "~/kit/Answer";
import { Empty } from "~/kit/Empty";
import { Page } from "~/kit/Page";
import { useText } from "~/kit/text";
import { ContentRow } from "./ContentRow";
import { KINDS } from "./kinds";
import { type ContentSummary, useAudiences, useContents } from "./queries";

export function ContentsPage() {
  const text = useText();
  const contents = useContents();
  return (
    <Page title={text("content.title")} actions={<New />}>
      <Answer of={contents}>{(found) => (found.length ? <Found contents={found} /> : <First />)}</Answer>
    </Page>
  );
}

function New() {
  const text = useText();
  return (
    <Button component={Link} to="/content/new" leftSection={<IconPlus size={16} aria-hidden />}>
      {text("content.new")}
    </Button>
  );
}

function First() {
  const text = useText();
  return (
    <Empty icon={IconFileText} title={text("content.emptyTitle")} action={<New />}>
      {text("content.empty")}
    </Empty>
  );
}

function Found({ contents }: { contents: ContentSummary[] }) {
  const text = useText();
  const audiences = useAudiences();
  const [filters, setFilters] = useSearchParams();
  const wanted = (name: string) => filters.get(name) ?? "";
  const set = (name: string, value: string | null) =>
    setFilters(
      (before) => {
        const next = new URLSearchParams(before);
        if (value) next.set(name, value);
        else next.delete(name);
        return next;
      },
      { replace: true },
    );
  const shown = contents.filter(
    (one) =>
      one.name.includes(wanted("search").toLowerCase().trim().replaceAll(" ", "-")) &&
      ["kind", "audience", "state"].every(
        (field) => !wanted(field) || one[field as "kind" | "audience" | "state"] === wanted(field),
      ),
  );
  const options = {
    kind: KINDS.map((value) => ({ value, label: text(`content.kind${value}`) })),
    audience: (audiences.data ?? []).map(({ name, label }) => ({ value: name, label })),
    state: [
      { value: "Draft", label: text("content.stateDraft") },
      { value: "Ready to send", label: text("content.stateReady") },
    ],
  };
  const any = {
    kind: "content.anyKind",
    audience: "content.anyAudience",
    state: "content.anyState",
  } as const;
  return (
    <>
      <Group mb="sm">
        <TextInput
          aria-label={text("content.search")}
          placeholder={text("content.search")}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={wanted("search")}
          onChange={(event) => set("search", event.currentTarget.value)}
          w={240}
        />
        {(["kind", "audience", "state"] as const).map((field) => (
          <Select
            key={field}
            aria-label={text(`content.${field}`)}
            placeholder={text(any[field])}
            data={options[field]}
            value={wanted(field) || null}
            onChange={(value) => set(field, value)}
            clearable
            w={170}
          />
        ))}
        <Text size="sm" c="dimmed" aria-live="polite">
          {text("content.count", { count: shown.length })}
        </Text>
      </Group>
      {shown.length === 0 ? (
        <Empty icon={IconSearch} title={text("content.none")}>
          {text("content.noneHint")}
        </Empty>
      ) : (
        <Table.ScrollContainer minWidth={760}>
          <Table highlightOnHover verticalSpacing="sm">
            <Table.Thead>
              <Table.Tr>
                {(["name", "kind", "audience", "state", "usedBy", "changed"] as const).map((column) => (
                  <Table.Th key={column}>{text(`content.${column}`)}</Table.Th>
                ))}
                <Table.Th>
                  <VisuallyHidden>{text("kit.actions")}</VisuallyHidden>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {shown.map((one) => (
                <ContentRow key={one.name} content={one} audiences={audiences.data ?? []} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </>
  );
}

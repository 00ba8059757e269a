/** The people of an audience, searched by the beginnings of words; the address holds the search. */
import { Anchor, Button, Group, Select, Table, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch, IconUpload, IconUsers } from "@tabler/icons-react";
import { Link, useSearchParams } from "react-router";
import { Answer } from "~/kit/Answer";
import { Empty } from "~/kit/Empty";
import { Page } from "~/kit/Page";
import { useText } from "~/kit/text";
import { type Audience, useAudiences } from "~/settings/queries";
import { type Person, usePeople } from "./queries";
import { shown } from "./value";

const TYPING = 300; // milliseconds after which somebody has probably finished a word
const COLUMNS = 5;

export function PeoplePage() {
  const text = useText();
  const audiences = useAudiences();
  return (
    <Page title={text("people.title")} actions={<ImportButton />}>
      <Answer of={audiences}>{(found) => <Search audiences={found} />}</Answer>
    </Page>
  );
}

function ImportButton() {
  const text = useText();
  return (
    <Button component={Link} to="/people/import" leftSection={<IconUpload size={16} aria-hidden />}>
      {text("people.import")}
    </Button>
  );
}

function Search({ audiences }: { audiences: Audience[] }) {
  const text = useText();
  const [address, setAddress] = useSearchParams();
  const audience = address.get("audience") ?? "contact";
  const search = address.get("search") ?? "";
  const [asked] = useDebouncedValue(search, TYPING);
  const people = usePeople(audience, asked);
  const set = (to: Record<string, string>) => setAddress({ audience, search, ...to }, { replace: true });
  const attributes = audiences.find((one) => one.name === audience)?.attributes ?? {};
  return (
    <>
      <Group mb="sm">
        <TextInput
          aria-label={text("people.search")}
          placeholder={text("people.searchHint")}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={search}
          onChange={(event) => set({ search: event.currentTarget.value })}
          w={340}
        />
        <Select
          aria-label={text("people.audience")}
          data={audiences.map((one) => ({ value: one.name, label: one.label }))}
          value={audience}
          onChange={(to) => to && set({ audience: to })}
          allowDeselect={false}
        />
      </Group>
      <Answer of={people}>
        {(found) => (
          <Found
            people={found.pages.flatMap((page) => page.people)}
            columns={Object.keys(attributes).slice(0, COLUMNS)}
            isSearch={asked !== ""}
          />
        )}
      </Answer>
      {people.hasNextPage && (
        <Button
          mt="sm"
          variant="default"
          loading={people.isFetchingNextPage}
          onClick={() => void people.fetchNextPage()}
        >
          {text("people.more")}
        </Button>
      )}
    </>
  );
}

interface FoundProps {
  people: Person[];
  columns: string[];
  isSearch: boolean;
}

function Found({ people, columns, isSearch }: FoundProps) {
  const text = useText();
  if (people.length === 0) {
    return isSearch ? (
      <Empty icon={IconSearch} title={text("people.none")}>
        {text("people.noneHint")}
      </Empty>
    ) : (
      <Empty icon={IconUsers} title={text("people.emptyTitle")} action={<ImportButton />}>
        {text("people.empty")}
      </Empty>
    );
  }
  return (
    <Table.ScrollContainer minWidth={640}>
      <Table highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{text("people.key")}</Table.Th>
            {columns.map((name) => (
              <Table.Th key={name}>{name}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {people.map((one) => (
            <Table.Tr key={one.id}>
              <Table.Td>
                <Anchor component={Link} to={`/people/${one.id}`}>
                  {one.key}
                </Anchor>
              </Table.Td>
              {columns.map((name) => (
                <Table.Td key={name}>
                  <Text size="sm" truncate maw={220}>
                    {shown(one.attributes[name])}
                  </Text>
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

/** All journeys: their state and numbers, searched and filtered by the address. */
import { Button, Group, Select, Table, TextInput, VisuallyHidden } from "@mantine/core";
import { IconPlus, IconRoute, IconSearch } from "@tabler/icons-react";
import { Link, useSearchParams } from "react-router";
import { Answer } from "~/kit/Answer";
import { Empty } from "~/kit/Empty";
import { Page } from "~/kit/Page";
import { useText } from "~/kit/text";
import { useSampleData } from "~/settings/queries";
import { JourneyRow } from "./JourneyRow";
import { type Journey, useJourneys, useOverview } from "./queries";
import { STATES, stateName } from "./StateBadge";

export function JourneysPage() {
  const text = useText();
  const journeys = useJourneys();
  return (
    <Page
      title={text("journeys.title")}
      actions={
        <Button component={Link} to="/journeys/new" leftSection={<IconPlus size={16} aria-hidden />}>
          {text("journeys.new")}
        </Button>
      }
    >
      <Answer of={journeys}>{(found) => (found.length ? <Found journeys={found} /> : <First />)}</Answer>
    </Page>
  );
}

function First() {
  const text = useText();
  const sample = useSampleData();
  return (
    <Empty
      icon={IconRoute}
      title={text("journeys.emptyTitle")}
      action={
        <Group>
          <Button component={Link} to="/journeys/new" size="md">
            {text("journeys.new")}
          </Button>
          <Button variant="default" size="md" loading={sample.isPending} onClick={() => sample.mutate()}>
            {text("journeys.sample")}
          </Button>
        </Group>
      }
    >
      {text("journeys.empty")}
    </Empty>
  );
}

function Found({ journeys }: { journeys: Journey[] }) {
  const text = useText();
  const overview = useOverview();
  const [filters, setFilters] = useSearchParams();
  const search = filters.get("search") ?? "";
  const state = filters.get("state");
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
  const shown = journeys.filter(
    (one) => one.name.toLowerCase().includes(search.toLowerCase()) && (!state || one.state === state),
  );
  return (
    <>
      <Group mb="sm">
        <TextInput
          aria-label={text("journeys.search")}
          placeholder={text("journeys.search")}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={search}
          onChange={(event) => set("search", event.currentTarget.value)}
          w={280}
        />
        <Select
          aria-label={text("journeys.state")}
          placeholder={text("journeys.anyState")}
          data={STATES.map((value) => ({ value, label: stateName(text, value) }))}
          value={state}
          onChange={(value) => set("state", value)}
          clearable
          w={180}
        />
      </Group>
      {shown.length === 0 && (
        <Empty icon={IconSearch} title={text("journeys.none")}>
          {text("journeys.noneHint")}
        </Empty>
      )}
      {shown.length > 0 && (
        <Table.ScrollContainer minWidth={720}>
          <Table highlightOnHover verticalSpacing="sm">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{text("journeys.name")}</Table.Th>
                <Table.Th>{text("journeys.state")}</Table.Th>
                <Table.Th ta="right">{text("journeys.entered")}</Table.Th>
                <Table.Th ta="right">{text("journeys.inside")}</Table.Th>
                <Table.Th ta="right">{text("journeys.sent")}</Table.Th>
                <Table.Th>{text("journeys.published")}</Table.Th>
                <Table.Th>
                  <VisuallyHidden>{text("kit.actions")}</VisuallyHidden>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {shown.map((one) => (
                <JourneyRow
                  key={one.id}
                  journey={one}
                  numbers={overview.data?.find(({ journey }) => journey === one.id)}
                />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </>
  );
}

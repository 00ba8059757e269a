/** All segments: who they are asked of, how they stand, and how many members they have. */
import { Anchor, Badge, Button, Table, TextInput } from "@mantine/core";
import { IconPlus, IconSearch, IconUsersGroup } from "@tabler/icons-react";
import { FormattedNumber } from "react-intl";
import { Link, useSearchParams } from "react-router";
import { Answer } from "~/kit/Answer";
import { Empty } from "~/kit/Empty";
import { Page } from "~/kit/Page";
import { useText } from "~/kit/text";
import { type Segment, useSegments } from "./queries";

export function SegmentsPage() {
  const text = useText();
  const segments = useSegments();
  return (
    <Page title={text("segments.title")} actions={<NewButton />}>
      <Answer of={segments}>
        {(found) =>
          found.length ? (
            <Found segments={found} />
          ) : (
            <Empty icon={IconUsersGroup} title={text("segments.emptyTitle")} action={<NewButton />}>
              {text("segments.empty")}
            </Empty>
          )
        }
      </Answer>
    </Page>
  );
}

function NewButton() {
  const text = useText();
  return (
    <Button component={Link} to="/segments/new" leftSection={<IconPlus size={16} aria-hidden />}>
      {text("segments.new")}
    </Button>
  );
}

function Found({ segments }: { segments: Segment[] }) {
  const text = useText();
  const [address, setAddress] = useSearchParams();
  const search = address.get("search") ?? "";
  const shown = segments.filter((one) => one.name.includes(search.toLowerCase()));
  return (
    <>
      <TextInput
        aria-label={text("segments.search")}
        placeholder={text("segments.search")}
        leftSection={<IconSearch size={16} aria-hidden />}
        value={search}
        onChange={(event) =>
          setAddress(event.currentTarget.value ? { search: event.currentTarget.value } : {}, {
            replace: true,
          })
        }
        maw={280}
        mb="sm"
      />
      {shown.length === 0 ? (
        <Empty icon={IconSearch} title={text("segments.none")}>
          {text("segments.noneHint")}
        </Empty>
      ) : (
        <Table.ScrollContainer minWidth={480}>
          <Table highlightOnHover verticalSpacing="sm">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{text("segments.name")}</Table.Th>
                <Table.Th>{text("segments.audience")}</Table.Th>
                <Table.Th>{text("segments.state")}</Table.Th>
                <Table.Th ta="right">{text("segments.members")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {shown.map((one) => (
                <Table.Tr key={one.name}>
                  <Table.Td>
                    <Anchor component={Link} to={`/segments/${one.name}`} fw={600}>
                      {one.name}
                    </Anchor>
                  </Table.Td>
                  <Table.Td>{one.audience}</Table.Td>
                  <Table.Td>
                    <SegmentState state={one.state} />
                  </Table.Td>
                  <Table.Td ta="right" ff="monospace">
                    <FormattedNumber value={one.members} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </>
  );
}

const COLOURS = { Draft: "gray", Live: "green", Stopped: "red" } as const;

export function SegmentState({ state }: { state: Segment["state"] }) {
  const text = useText();
  return (
    <Badge variant="dot" color={COLOURS[state]} tt="none">
      {text(`segments.state${state}`)}
    </Badge>
  );
}

/** What was kept instead of sent, newest first, searched and filtered by the address. */
import { Alert, Anchor, Button, Group, Select, Table, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconInbox, IconSearch } from "@tabler/icons-react";
import { FormattedDate } from "react-intl";
import { Link } from "react-router";
import { KINDS, KindName } from "~/content/kinds";
import { useAsked } from "~/content/Preview";
import { Empty } from "~/kit/Empty";
import { Page } from "~/kit/Page";
import { Problems } from "~/kit/Problems";
import { useText } from "~/kit/text";
import { Waiting } from "~/kit/Waiting";
import { type Channel, type Line, useInbox } from "./queries";

export function InboxPage() {
  const text = useText();
  const [search, setSearch] = useAsked("search");
  const [channel, setChannel] = useAsked("channel");
  const [asked] = useDebouncedValue(search ?? "", 200);
  const inbox = useInbox(asked, channel as Channel | null);
  const lines = inbox.data?.pages.flatMap((page) => page.messages);
  return (
    <Page title={text("inbox.title")}>
      <Group mb="sm">
        <TextInput
          aria-label={text("inbox.search")}
          placeholder={text("inbox.search")}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={search ?? ""}
          onChange={(event) => setSearch(event.currentTarget.value)}
          w={300}
        />
        <Select
          aria-label={text("inbox.channel")}
          placeholder={text("inbox.anyChannel")}
          data={KINDS.map((value) => ({ value, label: text(`content.kind${value}`) }))}
          value={channel}
          onChange={setChannel}
          clearable
          w={190}
        />
      </Group>
      {inbox.error && (
        <Alert color="red" title={text("kit.failed")}>
          <Problems of={inbox.error} />
        </Alert>
      )}
      {!lines && !inbox.error && <Waiting />}
      {lines?.length === 0 && <Nothing isAll={!search && !channel} />}
      {lines && lines.length > 0 && <Lines lines={lines} />}
      {inbox.hasNextPage && (
        <Group justify="center" mt="md">
          <Button
            variant="default"
            loading={inbox.isFetchingNextPage}
            onClick={() => void inbox.fetchNextPage()}
          >
            {text("inbox.more")}
          </Button>
        </Group>
      )}
    </Page>
  );
}

function Nothing({ isAll }: { isAll: boolean }) {
  const text = useText();
  return (
    <Empty icon={isAll ? IconInbox : IconSearch} title={text(isAll ? "inbox.emptyTitle" : "inbox.none")}>
      {text(isAll ? "inbox.empty" : "inbox.noneHint")}
    </Empty>
  );
}

function Lines({ lines }: { lines: Line[] }) {
  const text = useText();
  return (
    <Table.ScrollContainer minWidth={640}>
      <Table highlightOnHover verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            {(["subject", "to", "channel", "at"] as const).map((column) => (
              <Table.Th key={column}>{text(`inbox.${column}`)}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {lines.map((line) => (
            <Table.Tr key={line.key}>
              <Table.Td maw={420}>
                <Anchor component={Link} to={`/inbox/${line.key}`} fw={600} lineClamp={1}>
                  {line.subject || line.beginning || text("inbox.noSubject")}
                </Anchor>
              </Table.Td>
              <Table.Td>{line.address}</Table.Td>
              <Table.Td>
                {line.channel === "webhook" ? (
                  <Text size="sm">{line.channel}</Text>
                ) : (
                  <KindName kind={line.channel} />
                )}
              </Table.Td>
              <Table.Td>
                <FormattedDate value={line.at} dateStyle="medium" timeStyle="medium" />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

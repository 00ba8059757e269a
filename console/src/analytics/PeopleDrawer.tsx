/** The people behind a number, and all of them as a file (rule N3). */
import { Alert, Anchor, Button, Drawer, Group, Stack, Table, Text } from "@mantine/core";
import { IconDownload, IconRoute } from "@tabler/icons-react";
import { useIntl } from "react-intl";
import { Link } from "react-router";
import { useDocument } from "~/canvas/editor";
import { Problems } from "~/kit/Problems";
import { useText } from "~/kit/text";
import { Waiting } from "~/kit/Waiting";
import { exportOf, type Participant, useBehind } from "./queries";
import { type NumberOf, useWhere } from "./where";
import { numberWord, outcomeWord, reasonWord } from "./words";

export function PeopleDrawer({ journey }: { journey: string }) {
  const text = useText();
  const document = useDocument();
  const { where, go } = useWhere();
  const { number } = where;
  return (
    <Drawer
      opened={number !== undefined}
      onClose={() => go({ number: undefined, step: number?.step })}
      position="right"
      size="xl"
      title={number && <Text fw={600}>{numberWord(number, document, text)}</Text>}
      closeButtonProps={{ "aria-label": text("analytics.closeList") }}
    >
      {number && <People journey={journey} number={number} />}
    </Drawer>
  );
}

function People({ journey, number }: { journey: string; number: NumberOf }) {
  const text = useText();
  const { where } = useWhere();
  const behind = useBehind(journey, where, number);
  const people = behind.data?.pages.flatMap((page) => page.participants);
  return (
    <Stack>
      <Group>
        <Button
          component="a"
          variant="default"
          size="xs"
          href={exportOf(journey, where, number)}
          download
          leftSection={<IconDownload size={16} aria-hidden />}
        >
          {text("analytics.export")}
        </Button>
      </Group>
      {behind.error && (
        <Alert color="red" title={text("kit.failed")}>
          <Problems of={behind.error} />
        </Alert>
      )}
      {!people && !behind.error && <Waiting />}
      {people?.length === 0 && (
        <Text c="dimmed">
          {text("analytics.empty")} {text("analytics.moved")}
        </Text>
      )}
      {people && people.length > 0 && <List people={people} isOfStep={number.step !== undefined} />}
      {behind.hasNextPage && (
        <Button
          variant="default"
          mx="auto"
          loading={behind.isFetchingNextPage}
          onClick={() => void behind.fetchNextPage()}
        >
          {text("analytics.more")}
        </Button>
      )}
    </Stack>
  );
}

function List({ people, isOfStep }: { people: Participant[]; isOfStep: boolean }) {
  const text = useText();
  return (
    <Table.ScrollContainer minWidth={560}>
      <Table verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            {(["person", "came", "went", "outcome"] as const).map((name) => (
              <Table.Th key={name}>{text(`analytics.${name}`)}</Table.Th>
            ))}
            <Table.Th aria-label={text("kit.actions")} />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {people.map((one) => (
            <Row key={one.id} one={one} isOfStep={isOfStep} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Row({ one, isOfStep }: { one: Participant; isOfStep: boolean }) {
  const text = useText();
  const intl = useIntl();
  const { to } = useWhere();
  const came = (isOfStep && one.came_at) || one.entered_at;
  const went = isOfStep && one.came_at ? one.went_at : one.left_at;
  const at = (instant: string) => intl.formatDate(instant, { dateStyle: "medium", timeStyle: "medium" });
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={500} className="link-name">
        {one.key === null ? (
          text("analytics.deleted")
        ) : (
          <Anchor component={Link} to={`/people/${one.person}`} inherit>
            {one.key}
          </Anchor>
        )}
      </Table.Th>
      <Table.Td>{at(came)}</Table.Td>
      <Table.Td>{went && at(went)}</Table.Td>
      <Table.Td>
        <Ending one={one} isOfStep={isOfStep} />
      </Table.Td>
      <Table.Td>
        <Button
          component={Link}
          to={to({ number: undefined, step: undefined, view: undefined, person: one.person, way: one.id })}
          variant="subtle"
          size="compact-sm"
          leftSection={<IconRoute size={16} aria-hidden />}
        >
          {text("analytics.showWay")}
        </Button>
      </Table.Td>
    </Table.Tr>
  );
}

/** How it went at the step, or with the whole journey, and what became of the message. */
function Ending({ one, isOfStep }: { one: Participant; isOfStep: boolean }) {
  const text = useText();
  const document = useDocument();
  const { where } = useWhere();
  const { step = "" } = where;
  const exit = isOfStep && one.came_at ? one.exited : one.exit_reason;
  const outcome = isOfStep ? one.outcome : null;
  const said = [
    outcome && outcomeWord(document, step, outcome, text),
    exit && reasonWord(exit, text),
    one.reason && reasonWord(one.reason, text),
    !isOfStep && one.at && `${text("analytics.at")} ${one.at}`,
  ];
  return (
    <>
      {said.filter(Boolean).join(": ")}
      {one.address && (
        <Text size="xs" c="dimmed">
          {one.address}
        </Text>
      )}
    </>
  );
}

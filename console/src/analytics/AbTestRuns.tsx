/** The A/B tests of several runs below each other; each leads to the numbers of its run. */
import { Anchor, Table, Text, Title } from "@mantine/core";
import { useIntl } from "react-intl";
import { Link } from "react-router";
import { useText } from "~/kit/text";
import type { AbTest } from "./queries";
import { useRate } from "./useRate";
import { useWhere } from "./where";
import { TESTED, versionWord } from "./words";

export function AbTestRuns({ tests }: { tests: readonly AbTest[] }) {
  const text = useText();
  return (
    <div>
      <Title order={3} size="h6" mb={4}>
        {text("abTest.runs")}
      </Title>
      <Table aria-label={text("abTest.runs")} verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{text("analytics.run")}</Table.Th>
            {TESTED.map((version) => (
              <Table.Th
                key={version}
                ta="right"
                aria-label={text("abTest.rateOf", { version: versionWord(version, text) })}
              >
                {version.toUpperCase()}
              </Table.Th>
            ))}
            <Table.Th>{text("abTest.winner")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {tests.map((test) => (
            <Row key={`${test.version} ${test.run}`} test={test} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function Row({ test }: { test: AbTest }) {
  const text = useText();
  const intl = useIntl();
  const shown = useRate();
  const { where, to } = useWhere();
  const { version, run, starts_at, zone, state, winner } = test;
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={400}>
        <Anchor component={Link} to={to({ version, run })} inherit>
          {text(where.version === "all" ? "abTest.runOfVersion" : "abTest.run", { version, run })}
        </Anchor>
        <Text size="xs" c="dimmed">
          {intl.formatDate(starts_at, { timeZone: zone, dateStyle: "medium" })}
        </Text>
      </Table.Th>
      {TESTED.map((one) => (
        <Table.Td key={one} ta="right">
          {shown(test[one].rate)}
        </Table.Td>
      ))}
      <Table.Td>
        {winner ? versionWord(winner, text) : state !== "decided" && text(`abTest.short_${state}`)}
      </Table.Td>
    </Table.Tr>
  );
}

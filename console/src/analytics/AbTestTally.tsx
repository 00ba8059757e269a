/** What counts for one version of an A/B test, beside what counts for the other. */
import { Group, Table, Text } from "@mantine/core";
import { IconTrophy } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useIntl } from "react-intl";
import { useText } from "~/kit/text";
import { Count } from "./Count";
import type { AbTest } from "./queries";
import { useRate } from "./useRate";
import { metricOf, metricValues, TESTED, versionWord } from "./words";

type VersionName = (typeof TESTED)[number];

interface AbTestTallyProps {
  step: string;
  test: AbTest;
  /** Whether there is no other run of which the page shows the numbers too. */
  isOne: boolean;
}

export function AbTestTally({ step, test, isOne }: AbTestTallyProps) {
  const text = useText();
  const intl = useIntl();
  const shown = useRate();
  const { winner, metric } = test;
  const people = (version: VersionName, count: number, tested: boolean) => (
    <Count
      count={count}
      part={isOne ? undefined : { version: test.version, run: test.run }}
      number={{ step, flow: "left", outcome: version, tested }}
    />
  );
  return (
    <Table aria-label={text("abTest.title")} verticalSpacing={4}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{text(winner ? "abTest.whenDecided" : "abTest.soFar")}</Table.Th>
          {TESTED.map((version) => (
            <Table.Th key={version} ta="right">
              {versionWord(version, text)}
              {version === winner && <Winner />}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        <Row
          label={text("abTest.entered")}
          cell={(version) => people(version, test[version].entered, true)}
        />
        {metric.event && (
          <Row label={text("abTest.sent")} cell={(version) => intl.formatNumber(test[version].of)} />
        )}
        <Row
          label={text(`abTest.did_${metricOf(metric)}`, metricValues(metric))}
          cell={(version) => intl.formatNumber(test[version].people)}
        />
        <Row label={text("abTest.rate")} cell={(version) => shown(test[version].rate)} />
        {winner && (
          <Row
            label={text("abTest.afterwards")}
            cell={(version) =>
              version === winner ? people(version, test.got_winner, false) : text("analytics.noRate")
            }
          />
        )}
      </Table.Tbody>
    </Table>
  );
}

function Winner() {
  const text = useText();
  return (
    <Group gap={4} justify="flex-end" wrap="nowrap">
      <IconTrophy size={14} aria-hidden />
      <Text component="span" size="xs">
        {text("abTest.winner")}
      </Text>
    </Group>
  );
}

function Row({ label, cell }: { label: string; cell(version: VersionName): ReactNode }) {
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={400} className="link-name">
        {label}
      </Table.Th>
      {TESTED.map((version) => (
        <Table.Td key={version} ta="right">
          {cell(version)}
        </Table.Td>
      ))}
    </Table.Tr>
  );
}

/** What happened when: a chart, and the same as a table beside it. */
import { Chip, Group, SegmentedControl, Stack, Table, Text, Title } from "@mantine/core";
import { IconChartBar } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useIntl } from "react-intl";
import { CartesianGrid, Line, LineChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { Answer } from "~/kit/Answer";
import { Empty } from "~/kit/Empty";
import { useText } from "~/kit/text";
import { BUCKETS, filled, happened, type Moment, type OverTime, type Series } from "./model/moments";
import { useOverTime } from "./queries";
import { useWhere } from "./where";

const SHOWN: Series[] = ["entered", "sent", "clicked"];

export function OverTimeView({ journey }: { journey: string }) {
  const text = useText();
  const { where } = useWhere();
  const [by, setBy] = useState<OverTime["by"]>("hour");
  const found = useOverTime(journey, where, by);
  return (
    <Stack p="md" className="over-time">
      <Group justify="space-between">
        <Title order={2} size="h4">
          {text("analytics.time")}
        </Title>
        <SegmentedControl
          size="xs"
          aria-label={text("analytics.by")}
          value={by}
          data={BUCKETS.map((value) => ({ value, label: text(`analytics.${value}`) }))}
          onChange={(value) => setBy(value as OverTime["by"])}
        />
      </Group>
      <Answer of={found}>{(over) => <Shown over={over} />}</Answer>
    </Stack>
  );
}

function Shown({ over }: { over: OverTime }) {
  const text = useText();
  const moments = useMemo(() => filled(over), [over]);
  const there = happened(moments);
  const [chosen, setChosen] = useState<string[]>(SHOWN);
  const shown = there.filter((name) => chosen.includes(name));
  const time = useTime(over);
  if (moments.length === 0)
    return (
      <Empty icon={IconChartBar} title={text("analytics.noTime")}>
        {text("analytics.nobody")}
      </Empty>
    );
  return (
    <>
      <Group gap="xs" role="group" aria-label={text("analytics.series")}>
        {there.map((name) => (
          <Chip
            key={name}
            size="xs"
            variant="outline"
            checked={chosen.includes(name)}
            onChange={(isOn) => setChosen(isOn ? [...chosen, name] : chosen.filter((one) => one !== name))}
          >
            <span className="series" data-series={name} aria-hidden /> {text(nameOf(name))}
          </Chip>
        ))}
      </Group>
      <div
        className="chart"
        role="img"
        aria-label={text("analytics.chart", { by: text(`analytics.${over.by}`).toLowerCase() })}
      >
        <Chart moments={moments} shown={shown} time={time} />
      </div>
      <Text size="sm" c="dimmed">
        {text("analytics.zone", { zone: over.zone })}
      </Text>
      <Counts moments={over.moments.toReversed()} shown={there} time={time} />
    </>
  );
}

function nameOf(name: Series) {
  return name === "left" ? "analytics.timeLeft" : (`analytics.${name}` as const);
}

function useTime({ by, zone }: OverTime): (at: string) => string {
  const intl = useIntl();
  return (at) =>
    intl.formatDate(at, {
      timeZone: zone,
      day: "numeric",
      month: "short",
      ...(by === "day" ? { year: "numeric" } : { hour: "2-digit", minute: "2-digit" }),
    });
}

interface SeriesProps {
  moments: Moment[];
  shown: Series[];
  time(at: string): string;
}

function Chart({ moments, shown, time }: SeriesProps) {
  const text = useText();
  return (
    <ResponsiveContainer width="100%" height={300}>
      <LineChart data={moments} margin={{ top: 8, right: 16, bottom: 0, left: 0 }} accessibilityLayer={false}>
        <CartesianGrid strokeDasharray="3 3" stroke="var(--edge)" vertical={false} />
        <XAxis
          dataKey="at"
          tickFormatter={time}
          minTickGap={48}
          stroke="var(--mantine-color-dimmed)"
          tick={{ fill: "var(--mantine-color-dimmed)", fontSize: 12 }}
        />
        <YAxis
          allowDecimals={false}
          width={56}
          stroke="var(--mantine-color-dimmed)"
          tick={{ fill: "var(--mantine-color-dimmed)", fontSize: 12 }}
        />
        <Tooltip
          labelFormatter={(at) => time(String(at))}
          isAnimationActive={false}
          wrapperClassName="chart-tip"
        />
        {shown.map((name) => (
          <Line
            key={name}
            dataKey={name}
            name={text(nameOf(name))}
            stroke={`var(--series-${name})`}
            strokeWidth={2}
            dot={moments.length < 40 ? { r: 3, fill: `var(--series-${name})` } : false}
            isAnimationActive={false}
          />
        ))}
      </LineChart>
    </ResponsiveContainer>
  );
}

function Counts({ moments, shown, time }: SeriesProps) {
  const text = useText();
  const intl = useIntl();
  return (
    <Table.ScrollContainer minWidth={560}>
      <Table aria-label={text("analytics.time")} verticalSpacing={4} stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{text("analytics.when")}</Table.Th>
            {shown.map((name) => (
              <Table.Th key={name} ta="right">
                {text(nameOf(name))}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {moments.map((one) => (
            <Table.Tr key={one.at}>
              <Table.Th scope="row" fw={400}>
                {time(one.at)}
              </Table.Th>
              {shown.map((name) => (
                <Table.Td key={name} ta="right">
                  {intl.formatNumber(one[name])}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

/** What happened when: a chart, and the same as a table beside it. */
import { Chip, Group, SegmentedControl, Stack, Text, Title } from "@mantine/core";
import { IconChartBar } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { CartesianGrid, Line, LineChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { Answer } from "~/kit/Answer";
import { CountTable } from "~/kit/CountTable";
import { Empty } from "~/kit/Empty";
import { useText } from "~/kit/text";
import { useTime } from "~/kit/time";
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
  const time = useTime(over.by, over.zone);
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
      <CountTable
        title={text("analytics.time")}
        when={text("analytics.when")}
        series={there.map((name) => ({ name, label: text(nameOf(name)) }))}
        moments={over.moments.toReversed()}
        time={time}
        minWidth={560}
      />
    </>
  );
}

function nameOf(name: Series) {
  return name === "left" ? "analytics.timeLeft" : (`analytics.${name}` as const);
}

interface ChartProps {
  moments: Moment[];
  shown: Series[];
  time(at: string): string;
}

function Chart({ moments, shown, time }: ChartProps) {
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

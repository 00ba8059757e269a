/** When a rehearsal's messages go out: a chart, and beside it the same as a table. */
import { Card, Grid, Group, Text, Title } from "@mantine/core";
import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { CountTable } from "~/kit/CountTable";
import { useText } from "~/kit/text";
import { useTime } from "~/kit/time";
import { type Bucket, type Channel, type Hours, sumOf } from "./hours";

interface HoursViewProps {
  hours: Hours;
  zone: string;
}

export function HoursView({ hours, zone }: HoursViewProps) {
  const text = useText();
  const { by, channels, buckets } = hours;
  const time = useTime(by, zone);
  const title = text(by === "day" ? "publish.byDay" : "publish.byHour");
  return (
    <Card withBorder component="section" aria-label={title} className="workbench rehearsed-hours">
      <Title order={2} size="h4">
        {title}
      </Title>
      <Text size="sm" c="dimmed">
        {text("publish.clock", { zone })}
      </Text>
      <Grid gap="xl" mt="sm">
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Group gap="md" mb="xs">
            {channels.map((channel) => (
              <Text key={channel} size="sm">
                <span className="series" data-series={channel} aria-hidden /> {text(`channels.${channel}`)}
              </Text>
            ))}
          </Group>
          <div role="img" aria-label={title}>
            <Chart buckets={buckets} channels={channels} time={time} />
          </div>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <CountTable
            title={title}
            when={text(by === "day" ? "publish.day" : "publish.hour")}
            series={channels.map((name) => ({ name, label: text(`channels.${name}`) }))}
            moments={buckets.filter((one) => sumOf(one) > 0)}
            time={time}
            minWidth={320}
            maxHeight={330}
          />
        </Grid.Col>
      </Grid>
    </Card>
  );
}

interface ChartProps {
  buckets: Bucket[];
  channels: Channel[];
  time(at: string): string;
}

function Chart({ buckets, channels, time }: ChartProps) {
  const text = useText();
  const tick = { fill: "var(--mantine-color-dimmed)", fontSize: 12 };
  return (
    <ResponsiveContainer width="100%" height={300}>
      <BarChart data={buckets} margin={{ top: 8, right: 16, bottom: 0, left: 0 }} accessibilityLayer={false}>
        <CartesianGrid strokeDasharray="3 3" stroke="var(--edge)" vertical={false} />
        <XAxis
          dataKey="at"
          tickFormatter={time}
          minTickGap={48}
          stroke="var(--mantine-color-dimmed)"
          tick={tick}
        />
        <YAxis allowDecimals={false} width={56} stroke="var(--mantine-color-dimmed)" tick={tick} />
        <Tooltip
          labelFormatter={(at) => time(String(at))}
          isAnimationActive={false}
          wrapperClassName="chart-tip"
          cursor={{ fill: "var(--edge)", opacity: 0.4 }}
        />
        {channels.map((channel) => (
          <Bar
            key={channel}
            dataKey={channel}
            name={text(`channels.${channel}`)}
            stackId="sent"
            fill={`var(--series-${channel})`}
            maxBarSize={48}
            isAnimationActive={false}
          />
        ))}
      </BarChart>
    </ResponsiveContainer>
  );
}

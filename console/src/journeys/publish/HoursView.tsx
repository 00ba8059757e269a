/** When a rehearsal's messages go out: a chart, and beside it the same as a table. */
import { Card, Grid, Group, Table, Text, Title } from "@mantine/core";
import { useIntl } from "react-intl";
import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { useText } from "~/kit/text";
import { type Bucket, type Channel, type Hours, sumOf } from "./hours";

interface HoursViewProps {
  hours: Hours;
  zone: string;
}

export function HoursView({ hours, zone }: HoursViewProps) {
  const text = useText();
  const intl = useIntl();
  const { by, channels, buckets } = hours;
  const time = (at: string) =>
    intl.formatDate(at, {
      timeZone: zone,
      day: "numeric",
      month: "short",
      ...(by === "day" ? { year: "numeric" } : { hour: "2-digit", minute: "2-digit" }),
    });
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
          <Counts title={title} hours={hours} time={time} />
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

/** Only what is not nothing. */
function Counts({
  title,
  hours: { by, channels, buckets },
  time,
}: {
  title: string;
  hours: Hours;
  time(at: string): string;
}) {
  const text = useText();
  const intl = useIntl();
  return (
    <Table.ScrollContainer
      minWidth={320}
      maxHeight={330}
      scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}
    >
      <Table aria-label={title} verticalSpacing={4} stickyHeader>
        <Table.Thead bg="var(--mantine-color-default)">
          <Table.Tr>
            <Table.Th>{text(by === "day" ? "publish.day" : "publish.hour")}</Table.Th>
            {channels.map((channel) => (
              <Table.Th key={channel} ta="right">
                {text(`channels.${channel}`)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {buckets
            .filter((one) => sumOf(one) > 0)
            .map((one) => (
              <Table.Tr key={one.at}>
                <Table.Th scope="row" fw={400}>
                  {time(one.at)}
                </Table.Th>
                {channels.map((channel) => (
                  <Table.Td key={channel} ta="right">
                    {intl.formatNumber(one[channel])}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

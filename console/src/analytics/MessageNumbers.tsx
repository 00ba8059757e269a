/** What became of a message (rule N2): its funnel, why it was not sent, rates, and its links. */
import { Stack, Table, Text, Title } from "@mantine/core";
import { useIntl } from "react-intl";
import type { Schemas } from "~/api/client";
import type { Kind } from "~/canvas/model/document";
import { type Text as Say, useText } from "~/kit/text";
import { Count } from "./Count";
import { type Line, Lines } from "./Lines";
import { total } from "./model/flow";
import { useRate } from "./useRate";
import { reasonWord } from "./words";

type Message = Schemas["MessageNumbers"];

interface MessageNumbersProps {
  step: string;
  kind: Kind | undefined;
  message: Message;
}

export function MessageNumbers({ step, kind, message }: MessageNumbersProps) {
  const text = useText();
  const { sent, queued, unknown, blocked, failed } = message;
  const all = queued + sent + unknown + total(blocked) + total(failed);
  return (
    <Stack gap="lg">
      <Lines
        title={text(kind === "webhook" ? "analytics.calls" : "analytics.message")}
        of={all}
        lines={funnel(step, kind, message, text)}
      />
      {(["blocked", "failed"] as const).map((flow) => (
        <Lines
          key={flow}
          title={text(`analytics.${flow}`)}
          of={all}
          lines={Object.entries(message[flow]).map(([reason, count]) => ({
            label: reasonWord(reason, text),
            count,
            number: { step, flow, reason },
          }))}
        />
      ))}
      {kind !== "webhook" && sent > 0 && <Rates rates={message.rates} />}
      {Object.keys(message.links).length > 0 && <Links step={step} message={message} />}
    </Stack>
  );
}

/** What people did is told by people, as shares of those that the rates are of; how often in all, and what machines did, stands beside it. */
function funnel(step: string, kind: Kind | undefined, message: Message, text: Say): Line[] {
  const line = (flow: "queued" | "sent" | "delivered" | "unknown", hint?: string): Line => ({
    label: text(`analytics.${flow}`),
    count: message[flow],
    number: { step, flow },
    ...(hint ? { hint } : {}),
  });
  const doubtful = message.unknown > 0 ? [line("unknown", text("analytics.unknownHint"))] : [];
  if (kind === "webhook") return [line("queued"), line("sent"), ...doubtful];
  const did = (["opened", "clicked", "bounced", "complained", "unsubscribed"] as const)
    .filter((flow) => kind === "email" || message[flow].total > 0)
    .map(
      (flow): Line => ({
        label: text(`analytics.${flow}`),
        count: message[flow].people,
        number: { step, flow },
        of: flow === "bounced" ? message.sent : message.delivered,
        ...(flow === "opened" ? { hint: text("analytics.openedHint") } : {}),
        ...(message[flow].total > message[flow].people
          ? { beside: text("analytics.inAll", { total: message[flow].total }) }
          : {}),
      }),
    );
  const machines = (["clicked", "opened"] as const)
    .filter((flow) => message[flow].automated > 0)
    .map(
      (flow): Line => ({
        label: text(flow === "opened" ? "analytics.machineOpens" : "analytics.machines"),
        count: message[flow].automated,
        number: { step, flow, automated: true },
        of: null,
        hint: text("analytics.machinesHint"),
      }),
    );
  return [line("queued"), line("sent"), ...doubtful, line("delivered"), ...did, ...machines];
}

const RATES = ["delivery", "open", "click", "click_to_open", "bounce", "complaint", "unsubscribe"] as const;

function Rates({ rates }: { rates: Message["rates"] }) {
  const text = useText();
  const shown = useRate();
  return (
    <div>
      <Title order={3} size="h6" mb={4}>
        {text("analytics.rates")}
      </Title>
      <dl className="rates">
        {RATES.map((name) => (
          <div key={name}>
            <dt>
              {text(`analytics.rate_${name}`)}{" "}
              <Text component="span" size="xs" c="dimmed">
                {text(`analytics.of_${name}`)}
              </Text>
            </dt>
            <dd>{shown(rates[name])}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function Links({ step, message }: { step: string; message: Message }) {
  const text = useText();
  const intl = useIntl();
  const shown = useRate();
  const links = Object.entries(message.links).toSorted(([, one], [, other]) => other.people - one.people);
  return (
    <Table aria-label={text("analytics.links")} verticalSpacing={4}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{text("analytics.link")}</Table.Th>
          <Table.Th ta="right">{text("analytics.people")}</Table.Th>
          <Table.Th ta="right">{text("analytics.total")}</Table.Th>
          <Table.Th ta="right">{text("analytics.clickThrough")}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {links.map(([link, clicks]) => (
          <Table.Tr key={link}>
            <Table.Th scope="row" fw={500} className="link-name">
              {link}
            </Table.Th>
            <Table.Td ta="right">
              <Count count={clicks.people} number={{ step, flow: "clicked", link }} />
            </Table.Td>
            <Table.Td ta="right">{intl.formatNumber(clicks.total)}</Table.Td>
            <Table.Td ta="right">{shown(message.rates.links[link])}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** One message as its person received it: an email in a frame that runs nothing, a text as a bubble. */
import {
  Alert,
  Anchor,
  Box,
  Code,
  Group,
  Paper,
  SegmentedControl,
  Stack,
  Table,
  Text,
  Title,
} from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { useState } from "react";
import { FormattedDate } from "react-intl";
import { Link, useParams } from "react-router";
import { Bubble } from "~/content/Bubble";
import { framed } from "~/content/frame";
import { Answer } from "~/kit/Answer";
import { Page } from "~/kit/Page";
import { useText } from "~/kit/text";
import { type Message, useMessage } from "./queries";

export function MessagePage() {
  const { key = "" } = useParams();
  return <Answer of={useMessage(key)}>{(message) => <Shown message={message} />}</Answer>;
}

function Shown({ message }: { message: Message }) {
  const text = useText();
  const isTest = message.key.startsWith("0-") && message.key.endsWith(".0");
  return (
    <Page title={message.subject || message.address}>
      <Anchor component={Link} to="/inbox" size="sm">
        <Group gap={4} mb="sm" component="span">
          <IconArrowLeft size={14} aria-hidden />
          {text("inbox.back")}
        </Group>
      </Anchor>
      <Stack maw={860}>
        <About message={message} />
        <Alert variant="light">{text(isTest ? "inbox.test" : "inbox.live")}</Alert>
        {message.html === null ? (
          <Words message={message} />
        ) : (
          <Email message={message} html={message.html} />
        )}
        {Object.keys(message.headers).length > 0 && <Headers headers={message.headers} />}
      </Stack>
    </Page>
  );
}

function About({ message }: { message: Message }) {
  const text = useText();
  const { origin } = message;
  return (
    <Group gap="lg">
      <Text size="sm">
        {text("inbox.to")}: {message.address}
      </Text>
      <Text size="sm">
        <FormattedDate value={message.at} dateStyle="full" timeStyle="medium" />
      </Text>
      {origin && (
        <>
          <Text size="sm">
            {text("inbox.person")}:{" "}
            <Anchor component={Link} to={`/people/${origin.person}`} size="sm" underline="always">
              {origin.key}
            </Anchor>
          </Text>
          <Text size="sm">
            {text("inbox.journey")}:{" "}
            <Anchor component={Link} to={`/journeys/${origin.journey_id}`} size="sm" underline="always">
              {origin.journey}
            </Anchor>
            , {text("inbox.step", { step: origin.step })}
          </Text>
        </>
      )}
    </Group>
  );
}

function Email({ message, html }: { message: Message; html: string }) {
  const text = useText();
  const [way, setWay] = useState("html");
  return (
    <>
      <SegmentedControl
        aria-label={text("inbox.how")}
        data={[
          { value: "html", label: text("inbox.html") },
          { value: "plain", label: text("inbox.plain") },
        ]}
        value={way}
        onChange={setWay}
        style={{ alignSelf: "flex-start" }}
      />
      <Paper withBorder p="sm">
        {way === "html" ? (
          <iframe
            sandbox="allow-popups allow-popups-to-escape-sandbox"
            title={text("inbox.frame")}
            srcDoc={framed(html)}
            style={{ width: "100%", height: 640, border: 0, background: "#fff", display: "block" }}
          />
        ) : (
          <Text
            component="pre"
            size="sm"
            ff="monospace"
            m={0}
            style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}
          >
            {message.text}
          </Text>
        )}
      </Paper>
    </>
  );
}

function Words({ message }: { message: Message }) {
  return (
    <Box>
      <Bubble {...(message.subject ? { title: message.subject } : {})}>{message.text}</Bubble>
      {message.link && (
        <Anchor href={message.link} target="_blank" rel="noreferrer" size="sm" display="inline-block" mt="xs">
          {message.link}
        </Anchor>
      )}
    </Box>
  );
}

function Headers({ headers }: { headers: Record<string, string> }) {
  const text = useText();
  return (
    <section aria-label={text("inbox.headers")}>
      <Title order={2} size="h5" mb="xs">
        {text("inbox.headers")}
      </Title>
      <Table withTableBorder>
        <Table.Tbody>
          {Object.entries(headers).map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Th scope="row" w={200}>
                {name}
              </Table.Th>
              <Table.Td>
                <Code style={{ overflowWrap: "anywhere", background: "transparent" }}>{value}</Code>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}

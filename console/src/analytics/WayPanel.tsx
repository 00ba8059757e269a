/** One person's way, visit by visit, with when, which outcome, and what decided it (rule N4); it is played on the canvas. */
import { ActionIcon, Anchor, Button, Group, Select, Stack, Text, Title, VisuallyHidden } from "@mantine/core";
import {
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerSkipBack,
  IconPlayerSkipForward,
  IconX,
} from "@tabler/icons-react";
import { useIntl } from "react-intl";
import { Link } from "react-router";
import { useDocument } from "~/canvas/editor";
import { Answer } from "~/kit/Answer";
import { useText } from "~/kit/text";
import { usePerson } from "~/people/queries";
import { reasonOf } from "./model/reason";
import type { Visit, Way } from "./model/replay";
import type { Replaying } from "./useReplay";
import { useWhere } from "./where";
import { outcomeWord, reasonWord } from "./words";

export function WayPanel({ person, replay }: { person: string; replay: Replaying }) {
  const text = useText();
  const { to } = useWhere();
  const name = usePerson(person).data?.key ?? person;
  return (
    <section className="step-panel" aria-label={text("way.panel", { name })}>
      <Stack p="md" gap="md">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <Title order={2} size="h4" className="link-name">
            {text("way.panel", { name })}
          </Title>
          <ActionIcon
            component={Link}
            to={to({ person: undefined, way: undefined })}
            variant="subtle"
            color="gray"
            aria-label={text("way.close")}
          >
            <IconX size={18} aria-hidden />
          </ActionIcon>
        </Group>
        <Anchor component={Link} to={`/people/${person}`} size="sm">
          {text("way.person")}
        </Anchor>
        <Answer of={replay.timeline}>
          {() =>
            replay.way ? (
              <Played replay={replay} way={replay.way} />
            ) : (
              <Text c="dimmed">{text("way.none")}</Text>
            )
          }
        </Answer>
      </Stack>
    </section>
  );
}

function Played({ replay: replaying, way }: { replay: Replaying; way: Way }) {
  const text = useText();
  const reason = useReason(replaying);
  const { replay, act } = replaying;
  const current = way.visits[replay.at];
  return (
    <>
      <Which replay={replaying} way={way} />
      <Buttons replay={replaying} count={way.visits.length} />
      <VisuallyHidden aria-live="polite">
        {current &&
          text("way.of", {
            number: replay.at + 1,
            count: way.visits.length,
            step: current.step,
            reason: reason(current),
          })}
      </VisuallyHidden>
      <ol className="visits" aria-label={text("way.visits")}>
        {way.visits.map((visit, index) => (
          <li key={visit.step}>
            <button
              type="button"
              aria-current={index === replay.at ? "step" : undefined}
              onClick={() => act(index)}
            >
              <VisitWords visit={visit} reason={reason(visit)} />
            </button>
          </li>
        ))}
      </ol>
      <Finished visit={way.visits.at(-1)} />
    </>
  );
}

/** When they came to the end; whoever exited is told so by their last visit. */
function Finished({ visit }: { visit: Visit | undefined }) {
  const text = useText();
  const intl = useIntl();
  if (!visit?.left_at || visit.exit_reason !== null) return null;
  const at = intl.formatDate(visit.left_at, { dateStyle: "medium", timeStyle: "medium" });
  return (
    <Text size="sm" c="dimmed">
      {text("way.finished", { at })}
    </Text>
  );
}

function VisitWords({ visit, reason }: { visit: Visit; reason: string }) {
  const intl = useIntl();
  const at = intl.formatDate(visit.entered_at, { dateStyle: "medium", timeStyle: "medium" });
  return (
    <>
      <span className="visit-step">{visit.step}</span>
      <Text component="span" size="xs" c="dimmed">
        {at}
      </Text>
      <Text component="span" size="sm">
        {reason}
      </Text>
    </>
  );
}

/** Only where there are several. */
function Which({ replay, way }: { replay: Replaying; way: Way }) {
  const text = useText();
  const intl = useIntl();
  const { go } = useWhere();
  if (replay.ways.length < 2) return null;
  const label = ({ version, run, visits }: Way) =>
    text("way.numbered", {
      version,
      run,
      at: intl.formatDate(visits[0]?.entered_at, { dateStyle: "medium", timeStyle: "short" }),
    });
  return (
    <Select
      size="sm"
      label={text("way.which")}
      value={way.participant}
      data={replay.ways.map((one) => ({ value: one.participant, label: label(one) }))}
      allowDeselect={false}
      onChange={(chosen) => go({ way: chosen ?? undefined })}
    />
  );
}

function Buttons({ replay: { replay, act }, count }: { replay: Replaying; count: number }) {
  const text = useText();
  return (
    <Group gap="xs">
      <ActionIcon
        variant="default"
        size={36}
        aria-label={text("way.previous")}
        disabled={replay.at === 0}
        onClick={() => act("previous")}
      >
        <IconPlayerSkipBack size={18} aria-hidden />
      </ActionIcon>
      <Button
        leftSection={
          replay.isPlaying ? (
            <IconPlayerPause size={18} aria-hidden />
          ) : (
            <IconPlayerPlay size={18} aria-hidden />
          )
        }
        disabled={count < 2}
        onClick={() => act(replay.isPlaying ? "pause" : "play")}
      >
        {text(replay.isPlaying ? "way.pause" : "way.play")}
      </Button>
      <ActionIcon
        variant="default"
        size={36}
        aria-label={text("way.next")}
        disabled={replay.at >= count - 1}
        onClick={() => act("next")}
      >
        <IconPlayerSkipForward size={18} aria-hidden />
      </ActionIcon>
    </Group>
  );
}

function useReason({ events }: Replaying): (visit: Visit) => string {
  const text = useText();
  const intl = useIntl();
  const document = useDocument();
  const say = {
    text,
    time: (at: string) => intl.formatDate(at, { dateStyle: "medium", timeStyle: "medium" }),
    percent: (rate: number) => intl.formatNumber(rate, { style: "percent", maximumFractionDigits: 1 }),
    outcome: (step: string, outcome: string) => outcomeWord(document, step, outcome, text),
    reason: (reason: string) => reasonWord(reason, text),
  };
  return (visit) => reasonOf(visit, events, say);
}

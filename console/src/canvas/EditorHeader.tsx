/** The journey's name and state, undo and redo, and the ways on. */
import {
  ActionIcon,
  Button,
  Group,
  SegmentedControl,
  Text,
  TextInput,
  Tooltip,
  VisuallyHidden,
} from "@mantine/core";
import { IconArrowBackUp, IconArrowForwardUp } from "@tabler/icons-react";
import { Link } from "react-router";
import { BackToJourneys } from "~/journeys/BackToJourneys";
import { LifeMenu } from "~/journeys/LifeMenu";
import { placesOf } from "~/journeys/places";
import { StateBadge } from "~/journeys/StateBadge";
import { useText } from "~/kit/text";
import { Checked } from "./Checked";
import { useDocument, useEditor } from "./editor";
import type { Journey } from "./queries";
import { SavingState } from "./SavingState";
import type { Saver } from "./saving";

const VIEWS = ["canvas", "outline", "yaml"] as const;
export type View = (typeof VIEWS)[number];

interface EditorHeaderProps {
  journey: Journey;
  saver: Saver | null;
  view: View;
  onView(view: View): void;
}

export function EditorHeader({ journey, saver, view, onView }: EditorHeaderProps) {
  const text = useText();
  const isReadOnly = useEditor((state) => state.isReadOnly);
  return (
    <div className="workbench-head">
      <BackToJourneys />
      <VisuallyHidden component="h1">{useDocument().journey}</VisuallyHidden>
      <Name />
      <StateBadge state={journey.state} />
      {saver && <SavingState saver={saver} />}
      <Group gap="xs" ml="auto">
        {!isReadOnly && <History />}
        <SegmentedControl
          size="xs"
          aria-label={text("canvas.view")}
          value={view}
          data={VIEWS.map((one) => ({ value: one, label: text(`canvas.${one}`) }))}
          onChange={(to) => onView(to as View)}
        />
        {saver && <Checked saver={saver} />}
        {journey.published_at && (
          <Button component={Link} to={placesOf(journey).analytics} size="xs">
            {text("life.analytics")}
          </Button>
        )}
        {isReadOnly ? (
          <LifeMenu journey={journey} />
        ) : (
          <Button component={Link} to={`/journeys/${journey.id}/publish`} size="xs">
            {text("canvas.publish")}
          </Button>
        )}
      </Group>
      {isReadOnly && (
        <Text size="sm" w="100%">
          {text("canvas.published", { version: journey.version })}
        </Text>
      )}
    </div>
  );
}

function Name() {
  const text = useText();
  const document = useDocument();
  const edit = useEditor((state) => state.edit);
  const isReadOnly = useEditor((state) => state.isReadOnly);
  return (
    <TextInput
      aria-label={text("canvas.name")}
      variant="unstyled"
      size="md"
      readOnly={isReadOnly}
      styles={{ input: { fontWeight: 600 } }}
      w={260}
      maxLength={200}
      value={document.journey}
      onChange={(event) => edit({ ...document, journey: event.currentTarget.value }, { field: "journey" })}
    />
  );
}

function History() {
  const text = useText();
  const undo = useEditor((state) => state.undo);
  const redo = useEditor((state) => state.redo);
  const hasPast = useEditor((state) => state.history.past.length > 0);
  const hasFuture = useEditor((state) => state.history.future.length > 0);
  const buttons = [
    { label: text("canvas.undo"), icon: IconArrowBackUp, act: undo, isOn: hasPast },
    { label: text("canvas.redo"), icon: IconArrowForwardUp, act: redo, isOn: hasFuture },
  ];
  return buttons.map(({ label, icon: Icon, act, isOn }) => (
    <Tooltip key={label} label={label}>
      <ActionIcon variant="default" size={30} aria-label={label} disabled={!isOn} onClick={act}>
        <Icon size={18} aria-hidden />
      </ActionIcon>
    </Tooltip>
  ));
}

/** What a rehearsal found, drawn: the journey as a flow of people, and its messages by the hour. */
import { Card, Group, SegmentedControl, Stack, Title } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { lazy, Suspense, useMemo, useState } from "react";
import { NumbersContext, shownOf } from "~/analytics/around";
import { NUMBERS } from "~/analytics/look";
import { NumbersTable } from "~/analytics/NumbersTable";
import { Dialogs } from "~/canvas/Dialogs";
import { createEditor, EditorContext } from "~/canvas/editor";
import { Canvas } from "~/canvas/flow/Canvas";
import { useText } from "~/kit/text";
import { Waiting } from "~/kit/Waiting";
import type { Journey } from "../queries";
import { hoursOf } from "./hours";
import type { Rehearsal } from "./queries";
import { useZoneOf } from "./zone";
import "~/canvas/workbench.css";
import "~/analytics/analytics.css";
import "./publish.css";

const HoursView = lazy(async () => ({ default: (await import("./HoursView")).HoursView }));
const LOOK = { ...NUMBERS, isPart: true };

interface RehearsedProps {
  journey: Journey;
  found: Rehearsal;
}

export function Rehearsed({ journey, found }: RehearsedProps) {
  const zone = useZoneOf(journey);
  const hours = useMemo(() => hoursOf(found.messages_by_hour, zone), [found, zone]);
  return (
    <Stack mt="xl" gap="xl">
      <Flow journey={journey} found={found} />
      {hours.buckets.length > 0 && (
        <Suspense fallback={<Waiting />}>
          <HoursView hours={hours} zone={zone} />
        </Suspense>
      )}
    </Stack>
  );
}

function Flow({ journey, found }: RehearsedProps) {
  const text = useText();
  const isNarrow = useMediaQuery("(max-width: 48em)") ?? false;
  const [chosen, setView] = useState<string>();
  const view = chosen ?? (isNarrow ? "table" : "canvas");
  const [editor] = useState(() => createEditor(journey.document, true, null));
  const shown = useMemo(() => shownOf(found, false), [found]);
  return (
    <EditorContext value={editor}>
      <NumbersContext value={shown}>
        <Card withBorder component="section" aria-label={text("publish.flow")}>
          <Group justify="space-between" mb="sm">
            <Title order={2} size="h4">
              {text("publish.flow")}
            </Title>
            <SegmentedControl
              size="xs"
              aria-label={text("publish.flow")}
              value={view}
              data={[
                { value: "canvas", label: text("canvas.canvas") },
                { value: "table", label: text("publish.table") },
              ]}
              onChange={setView}
            />
          </Group>
          <div className="workbench rehearsed" data-view={view}>
            {view === "canvas" ? <Canvas look={LOOK} /> : <NumbersTable numbers={found} />}
          </div>
          <Dialogs />
        </Card>
      </NumbersContext>
    </EditorContext>
  );
}

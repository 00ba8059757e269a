/** A running journey in numbers: on its canvas as they move, as a table, and over time; and one person's way through it. */
import { Alert, Button } from "@mantine/core";
import { useDocumentTitle, useMediaQuery } from "@mantine/hooks";
import { IconChartBar, IconPlugConnectedX } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useMemo, useState } from "react";
import { Link, useParams } from "react-router";
import { Dialogs } from "~/canvas/Dialogs";
import { createEditor, EditorContext, useEditorStore } from "~/canvas/editor";
import { Canvas } from "~/canvas/flow/Canvas";
import { type Journey, useVersion } from "~/canvas/queries";
import { placesOf } from "~/journeys/places";
import { Answer } from "~/kit/Answer";
import { Empty } from "~/kit/Empty";
import { Page } from "~/kit/Page";
import { Problems } from "~/kit/Problems";
import { useText } from "~/kit/text";
import { Waiting } from "~/kit/Waiting";
import { AnalyticsHeader } from "./AnalyticsHeader";
import { NumbersContext, shownOf, WayContext } from "./around";
import { useLiveNumbers } from "./live";
import { NUMBERS } from "./look";
import { NumbersPanel, Whole } from "./NumbersPanel";
import { NumbersTable } from "./NumbersTable";
import { PeopleDrawer } from "./PeopleDrawer";
import { Said } from "./Said";
import { useReplay } from "./useReplay";
import { WayPanel } from "./WayPanel";
import { useWhere } from "./where";
import "~/canvas/workbench.css";
import "./analytics.css";

const OverTimeView = lazy(async () => ({ default: (await import("./OverTimeView")).OverTimeView }));

export function AnalyticsPage() {
  const { id = "" } = useParams();
  const { version } = useWhere().where;
  const journey = useVersion(id, typeof version === "number" ? version : undefined);
  return (
    <Answer of={journey}>
      {(found) =>
        found.published_at ? (
          <Running key={`${found.id} ${found.version}`} journey={found} />
        ) : (
          <NotPublished journey={found} />
        )
      }
    </Answer>
  );
}

function NotPublished({ journey }: { journey: Journey }) {
  const text = useText();
  return (
    <Page title={journey.name}>
      <Empty
        icon={IconChartBar}
        title={text("analytics.draftTitle")}
        action={
          <Button component={Link} to={placesOf(journey).edit}>
            {text("analytics.edit")}
          </Button>
        }
      >
        {text("analytics.draft")}
      </Empty>
    </Page>
  );
}

function Running({ journey }: { journey: Journey }) {
  const { step } = useWhere().where;
  const [editor] = useState(() => createEditor(journey.document, true, step ?? null));
  return (
    <EditorContext value={editor}>
      <Bench journey={journey} />
    </EditorContext>
  );
}

function Bench({ journey }: { journey: Journey }) {
  const text = useText();
  const { where } = useWhere();
  useChosenStep();
  const { version, run } = where;
  const live = useLiveNumbers(journey.id, {
    ...(version === undefined ? {} : { version }),
    ...(run === undefined ? {} : { run }),
  });
  useNewest(journey, live.numbers?.version);
  useDocumentTitle(`${journey.name} · ${text("life.analytics")} · ${text("app.name")}`);
  const shown = useMemo(() => shownOf(live.numbers), [live.numbers]);
  const replay = useReplay(journey);
  const isNarrow = useMediaQuery("(max-width: 48em)") ?? false;
  const view = where.view ?? (isNarrow && !where.person ? "table" : "canvas");
  const hasPanel = isNarrow ? where.step !== undefined : view !== "time";
  return (
    <NumbersContext value={shown}>
      <WayContext value={replay}>
        <div className="workbench">
          <AnalyticsHeader journey={journey} live={live} view={view} />
          {live.isInterrupted && <Interrupted />}
          {live.refusal && (
            <Alert color="red" title={text("kit.failed")} m="md">
              <Problems of={live.refusal} />
            </Alert>
          )}
          <div className="workbench-body">
            <div className="analytics-view">
              {view === "canvas" && <Canvas look={NUMBERS} />}
              {view === "table" && isNarrow && <Whole numbers={live.numbers} />}
              {view === "table" && <NumbersTable numbers={live.numbers} />}
              {view === "time" && (
                <Suspense fallback={<Waiting />}>
                  <OverTimeView journey={journey.id} />
                </Suspense>
              )}
            </div>
            {where.person ? (
              <WayPanel person={where.person} replay={replay} />
            ) : (
              hasPanel && <NumbersPanel journey={journey.id} numbers={live.numbers} />
            )}
          </div>
          <PeopleDrawer journey={journey.id} />
          <Dialogs />
          <Said numbers={live.numbers} />
        </div>
      </WayContext>
    </NumbersContext>
  );
}

/** While nobody asks for a version, the newest is shown, also when it is published while the page is open. */
function useNewest(journey: Journey, counted: number | "all" | undefined) {
  const client = useQueryClient();
  const { version } = useWhere().where;
  const isOlder = version === undefined && counted !== undefined && counted !== journey.version;
  useEffect(() => {
    if (!isOlder) return;
    for (const what of ["journeys", "analytics"])
      void client.invalidateQueries({ queryKey: [what, journey.id] });
  }, [isOlder, client, journey.id]);
}

/** The address owns which step is chosen; the canvas chooses one too. */
function useChosenStep() {
  const { where, go } = useWhere();
  const editor = useEditorStore();
  const { step } = where;
  useEffect(() => editor.getState().select(step ?? null), [editor, step]);
  useEffect(
    () =>
      editor.subscribe(({ selected }, before) => {
        if (selected !== before.selected && selected !== (step ?? null))
          go({ step: selected ?? undefined, number: undefined, person: undefined, way: undefined });
      }),
    [editor, step, go],
  );
}

function Interrupted() {
  const text = useText();
  return (
    <Alert
      color="orange"
      radius={0}
      icon={<IconPlugConnectedX aria-hidden />}
      title={text("analytics.interrupted")}
    >
      {text("analytics.interruptedHint")}
    </Alert>
  );
}

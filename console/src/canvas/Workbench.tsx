/** The open journey: its header, the view that was chosen, and the panel of the chosen step. */
import { Text } from "@mantine/core";
import { useDocumentTitle, useMediaQuery } from "@mantine/hooks";
import { lazy, type ReactNode, Suspense, useMemo, useState } from "react";
import { useSearchParams } from "react-router";
import { useText } from "~/kit/text";
import { Waiting } from "~/kit/Waiting";
import { useZone } from "./around";
import { ConflictDialog } from "./ConflictDialog";
import { Dialogs } from "./Dialogs";
import { EditorHeader, type View } from "./EditorHeader";
import { createEditor, EditorContext, useDocument, useEditor } from "./editor";
import { Canvas } from "./flow/Canvas";
import { useKeys } from "./keys";
import { Leave, LeaveDialog } from "./LeaveDialog";
import { byStep, MarksContext, markOf } from "./marks";
import { ids } from "./model/edit";
import { elapsed } from "./model/elapsed";
import { Outline } from "./outline/Outline";
import { PublishedDialog } from "./PublishedDialog";
import { type Journey, useProblems } from "./queries";
import { StepPanel } from "./StepPanel";
import { type Saver, useSaved } from "./saving";
import { useSaver } from "./useSaver";
import "./workbench.css";

const YamlView = lazy(async () => ({ default: (await import("./YamlView")).YamlView }));

interface WorkbenchProps {
  journey: Journey;
  step: string | null;
  isReadOnly?: boolean;
}

export function Workbench({ journey, step, isReadOnly = false }: WorkbenchProps) {
  const isClosed = isReadOnly || journey.published_at !== null;
  const [editor] = useState(() => createEditor(journey.document, isClosed, step));
  return (
    <EditorContext value={editor}>
      {isClosed ? <Bench journey={journey} saver={null} /> : <SavedBench journey={journey} />}
    </EditorContext>
  );
}

function SavedBench({ journey }: { journey: Journey }) {
  const saver = useSaver(journey);
  return (
    <Marked journey={journey} saver={saver}>
      <Bench journey={journey} saver={saver} />
      <ConflictDialog saver={saver} />
      <PublishedDialog saver={saver} />
      <LeaveDialog saver={saver} />
    </Marked>
  );
}

/** What is found out about the draft: when somebody comes to each step, and what the server finds wrong. */
function Marked({ journey, saver, children }: { journey: Journey; saver: Saver; children: ReactNode }) {
  const document = useDocument();
  const zone = useZone();
  const revision = useSaved(saver, (saved) => saved.revision);
  const { data: found, isPlaceholderData } = useProblems(journey.id, revision, true);
  const isChecked = found !== undefined && !isPlaceholderData;
  const marks = useMemo(() => {
    const steps = ids(document);
    const all = [
      ...(found?.problems ?? []).map((problem) => markOf(problem, "error", steps)),
      ...(found?.warnings ?? []).map((problem) => markOf(problem, "warning", steps)),
    ];
    return { elapsed: elapsed(document, zone), problems: byStep(all), all, isChecked };
  }, [document, zone, found, isChecked]);
  return <MarksContext value={marks}>{children}</MarksContext>;
}

function Bench({ journey, saver }: { journey: Journey; saver: Saver | null }) {
  const text = useText();
  const { journey: name } = useDocument();
  const isUnread = useEditor((state) => state.isUnread);
  const isOpen = useEditor((state) => state.selected !== null);
  const isNarrow = useMediaQuery("(max-width: 48em)") ?? false;
  const [search, setSearch] = useSearchParams();
  const view = (search.get("view") ?? (isNarrow ? "outline" : "canvas")) as View;
  useDocumentTitle(`${name} · ${text("app.name")}`);
  useKeys();
  const show = (to: View) => setSearch({ ...Object.fromEntries(search), view: to }, { replace: true });
  const [wanted, setWanted] = useState<View | null>(null);
  return (
    <div className="workbench">
      <EditorHeader journey={journey} saver={saver} view={view} onView={isUnread ? setWanted : show} />
      <div className="workbench-body">
        <div>
          {view === "yaml" && (
            <Suspense fallback={<Waiting />}>
              <YamlView saver={saver} />
            </Suspense>
          )}
          {view === "outline" && <Outline />}
          {view === "canvas" && <Canvas />}
        </div>
        {isOpen && view !== "yaml" && <StepPanel />}
      </div>
      <Dialogs />
      <Leave
        opened={wanted !== null}
        onStay={() => setWanted(null)}
        onLeave={() => {
          if (wanted) show(wanted);
          setWanted(null);
        }}
      >
        <Text size="sm">{text("saving.leaveUnread")}</Text>
      </Leave>
    </div>
  );
}

/** An email with two faces of one document: blocks, and the MJML they are written in; its preview stands beside it. */
import { Alert, Button, SegmentedControl, Stack } from "@mantine/core";
import { lazy, Suspense, useCallback, useState } from "react";
import { useText } from "~/kit/text";
import { Waiting } from "~/kit/Waiting";
import { Beside } from "./Beside";
import { BlockList } from "./BlockList";
import { Checks } from "./Checks";
import { EmailFields } from "./EmailFields";
import { Links } from "./Links";
import { write } from "./model/mjml";
import { EmailPreview, useAsked } from "./Preview";
import type { EmailDocument, Problem } from "./queries";
import { blankBody } from "./starts";
import { type Blocks, useBlocks } from "./useBlocks";
import { useLivePreview } from "./useLivePreview";
import { fieldId, focusOn, lineAt, whereOf } from "./where";

const SourceEditor = lazy(async () => ({ default: (await import("./SourceEditor")).SourceEditor }));

interface EmailEditorProps {
  document: EmailDocument;
  change: (document: EmailDocument) => void;
}

export function EmailEditor({ document, change }: EmailEditorProps) {
  const { preview, shown, error } = useLivePreview(document);
  const [face, setFace] = useAsked("face");
  const [line, setLine] = useState<{ line: number } | null>(null);
  const body = document.body ?? "";
  const setBody = useCallback((next: string) => change({ ...document, body: next }), [change, document]);
  const blocks = useBlocks(body, setBody);
  const isSource = face === "source" || !blocks;
  const goTo = (problem: Problem) => {
    const where = whereOf(problem.where, true);
    if (where === "workspace") return;
    if ("field" in where && focusOn(fieldId(where.field))) return;
    const at = "line" in where ? where.line : 1;
    const block = !isSource && blockAt(blocks, at);
    if (block) focusOn(block);
    else {
      setFace("source");
      setLine({ line: at });
    }
  };
  const left = (
    <Stack gap="md">
      <EmailFields document={document} change={change} />
      <Face isSource={isSource} setFace={setFace} blocks={blocks} setBody={setBody} />
      {isSource ? (
        <Suspense fallback={<Waiting />}>
          <Source body={body} setBody={setBody} line={line} />
        </Suspense>
      ) : (
        <BlockList blocks={blocks} />
      )}
    </Stack>
  );
  const right = (
    <>
      <Checks preview={preview} error={error} goTo={goTo} />
      <EmailPreview audience={document.audience} preview={preview} shown={shown} />
      <Links body={body} onChange={setBody} />
    </>
  );
  return <Beside left={left} right={right} />;
}

interface FaceProps {
  isSource: boolean;
  setFace: (face: string | null) => void;
  blocks: Blocks | null;
  setBody: (body: string) => void;
}

function Face({ isSource, setFace, blocks, setBody }: FaceProps) {
  const text = useText();
  return (
    <>
      <SegmentedControl
        aria-label={text("edit.face")}
        data={[
          { value: "blocks", label: text("edit.blocks"), disabled: !blocks },
          { value: "source", label: text("edit.source") },
        ]}
        value={isSource ? "source" : "blocks"}
        onChange={(value) => setFace(value === "blocks" ? null : value)}
        style={{ alignSelf: "flex-start" }}
      />
      {!blocks && (
        <Alert color="yellow">
          {text("edit.sourceOnly")}
          <br />
          <Button size="xs" mt="xs" variant="default" onClick={() => setBody(blankBody())}>
            {text("edit.startOver")}
          </Button>
        </Alert>
      )}
    </>
  );
}

interface SourceProps {
  body: string;
  setBody: (body: string) => void;
  line: { line: number } | null;
}

function Source({ body, setBody, line }: SourceProps) {
  const text = useText();
  return <SourceEditor label={text("edit.source")} value={body} onChange={setBody} goTo={line} />;
}

/** The innermost block that a line of the body belongs to. */
function blockAt(blocks: Blocks | null, line: number): string | null {
  if (!blocks) return null;
  const { text, places } = write(blocks.email);
  let best: { id: string; size: number } | null = null;
  for (const [id, [start, end]] of places) {
    const isHere = lineAt(text, start) <= line && line <= lineAt(text, end);
    if (isHere && (!best || end - start < best.size)) best = { id, size: end - start };
  }
  return best?.id ?? null;
}

/** The journey as YAML, edited in place: what can be read is the journey at once, and faults are told with their line. */

import { yaml } from "@codemirror/lang-yaml";
import { EditorState } from "@codemirror/state";
import { Alert, Anchor, List, Text } from "@mantine/core";
import { basicSetup, EditorView } from "codemirror";
import { useEffect, useRef, useState } from "react";
import { Refusal } from "~/api/client";
import { type Text as Say, useText } from "~/kit/text";
import { useDocument, useEditorStore } from "./editor";
import { merged } from "./model/difference";
import { type Fault, lineOf, pathOf, read, write } from "./model/writing";
import { type Saver, useSaved } from "./saving";

export function YamlView({ saver }: { saver: Saver | null }) {
  const text = useText();
  const document = useDocument();
  const editor = useEditorStore();
  const frame = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const written = useRef(document);
  const [faults, setFaults] = useState<readonly Fault[]>([]);
  const label = text("yaml.label");
  const { isReadOnly } = editor.getState();

  useEffect(() => {
    if (!frame.current) return undefined;
    const opened = new EditorView({
      parent: frame.current,
      doc: write(written.current),
      extensions: [
        basicSetup,
        yaml(),
        EditorView.lineWrapping,
        EditorState.readOnly.of(isReadOnly),
        EditorView.contentAttributes.of({ "aria-label": label }),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged || !update.transactions.some((one) => isTyped(one))) return;
          const found = read(update.state.doc.toString());
          editor.getState().unread("faults" in found);
          if ("faults" in found) return setFaults(found.faults);
          setFaults([]);
          const { edit, history } = editor.getState();
          // what was changed elsewhere while this could not be read stays
          const together = merged(written.current, found.document, history.present);
          written.current = found.document;
          edit(together ?? found.document, { field: "yaml" });
        }),
      ],
    });
    view.current = opened;
    return () => {
      opened.destroy();
      editor.getState().unread(false);
    };
  }, [editor, label, isReadOnly]);

  // what was changed elsewhere, by undo or by what somebody else saved, is shown here too
  useEffect(() => {
    if (document === written.current || !view.current || editor.getState().isUnread) return;
    written.current = document;
    const { length } = view.current.state.doc;
    view.current.dispatch({ changes: { from: 0, to: length, insert: write(document) } });
  }, [document, editor]);

  const goTo = (line: number) => {
    const opened = view.current;
    if (!opened) return;
    const at = opened.state.doc.line(Math.min(line, opened.state.doc.lines)).from;
    opened.dispatch({ selection: { anchor: at }, scrollIntoView: true });
    opened.focus();
  };
  return (
    <div className="yaml">
      <Text size="sm" c="dimmed" p="xs">
        {text("yaml.hint")}
      </Text>
      <div className="yaml-editor" ref={frame} />
      <Faults found={faults} goTo={goTo} />
      {saver && faults.length === 0 && <Refused saver={saver} goTo={goTo} />}
    </div>
  );
}

function isTyped(transaction: { isUserEvent(event: string): boolean }): boolean {
  return ["input", "delete", "move", "undo", "redo"].some((event) => transaction.isUserEvent(event));
}

/** What the server did not understand of what was saved last. */
function Refused({ saver, goTo }: { saver: Saver; goTo(line: number): void }) {
  const document = useDocument();
  const state = useSaved(saver, (saved) => saved.state);
  if (state.now !== "refused" || !(state.why instanceof Refusal)) return null;
  const text = write(document);
  const found = (state.why.details?.problems ?? []).map((problem) => ({
    line: lineOf(text, pathOf(problem.where)),
    said: problem.message,
    isShape: false,
  }));
  return <Faults found={found} goTo={goTo} />;
}

function Faults({ found, goTo }: { found: readonly Fault[]; goTo(line: number): void }) {
  const text = useText();
  if (found.length === 0) return null;
  return (
    <Alert color="red" role="alert" radius={0}>
      <List size="sm">
        {found.map((fault) => (
          <List.Item key={`${fault.line} ${fault.said}`}>
            <Anchor component="button" type="button" size="sm" onClick={() => goTo(fault.line)}>
              {text("yaml.line", { line: fault.line, said: saidOf(fault, text) })}
            </Anchor>
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}

function saidOf(fault: Fault, text: Say): string {
  return fault.isShape
    ? text(`yaml.${fault.said}` as Parameters<Say>[0], { field: fault.field })
    : fault.said;
}

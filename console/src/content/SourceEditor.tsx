/** The MJML itself, in CodeMirror; loaded when somebody asks for it. Tab leaves it, as it leaves every field. */
import { html } from "@codemirror/lang-html";
import { EditorState } from "@codemirror/state";
import { EditorView, lineNumbers } from "@codemirror/view";
import { minimalSetup } from "codemirror";
import { useEffect, useRef } from "react";

export interface SourceEditorProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** Where to go; a new object each time somebody asks. */
  goTo: { line: number } | null;
}

/** The colours of its syntax are made for white paper, so it is that in the dark too. */
const LOOK = EditorView.theme(
  {
    "&": {
      backgroundColor: "#fff",
      color: "#18181b",
      border: "1px solid #ced4da",
      borderRadius: "8px",
      fontSize: "13px",
    },
    ".cm-scroller": { maxHeight: "70vh", overflow: "auto" },
    ".cm-gutters": { color: "#52525b", borderRadius: "8px 0 0 8px" },
  },
  { dark: false },
);

export function SourceEditor({ label, value, onChange, goTo }: SourceEditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const told = useRef(onChange);
  const first = useRef({ value, label });

  useEffect(() => {
    told.current = onChange;
  }, [onChange]);

  useEffect(() => {
    if (!place.current) return undefined;
    const made = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: first.current.value,
        extensions: [
          minimalSetup,
          lineNumbers(),
          html({ selfClosingTags: true }),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ "aria-label": first.current.label }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) told.current(update.state.doc.toString());
          }),
          LOOK,
        ],
      }),
    });
    view.current = made;
    return () => made.destroy();
  }, []);

  useEffect(() => {
    const now = view.current?.state.doc.toString();
    if (now !== undefined && now !== value) {
      view.current?.dispatch({ changes: { from: 0, to: now.length, insert: value } });
    }
  }, [value]);

  useEffect(() => {
    const shown = view.current;
    if (!goTo || !shown) return;
    const line = shown.state.doc.line(Math.min(Math.max(goTo.line, 1), shown.state.doc.lines));
    shown.dispatch({ selection: { anchor: line.from, head: line.to }, scrollIntoView: true });
    shown.focus();
  }, [goTo]);

  return <div ref={place} />;
}

/**
 * The state of the open editor, in one place: the document with its past, what is chosen, where the keyboard stands, and
 * what is being asked. Documents change by the pure functions of `model/` only.
 */
import { createContext, useContext } from "react";
import { createStore, type StoreApi, useStore } from "zustand";
import { findStep, type JourneyDocument, type Place, START, type Step } from "./model/document";
import { change } from "./model/edit";
import { advance, amend, begin, carried, type History, redo, undo } from "./model/history";

/** What the keyboard goes to in order to be in the panel; no step can be called so. */
export const PANEL = ":panel";

export type Asking =
  | { what: "insert"; place: Place; x: number; y: number }
  | { what: "menu"; step: string; x: number; y: number }
  | { what: "delete"; step: string }
  | { what: "move"; step: string }
  | { what: "find" };

export interface EditorState {
  readonly isReadOnly: boolean;
  readonly history: History<JourneyDocument>;
  readonly selected: string | null;
  /** Counts what has been chosen; who gives a step another name stays in the same panel. */
  readonly chosen: number;
  /** The one thing on the canvas or in the outline that Tab comes to. */
  readonly current: string;
  /** What the keyboard is to go to as soon as it is drawn. */
  readonly focusing: string | null;
  readonly collapsed: ReadonlySet<string>;
  readonly asking: Asking | null;
  /** Whether something was written that cannot be read, and so is not in the document. */
  readonly isUnread: boolean;
}

interface Then {
  select?: string | null;
  focus?: string;
  field?: string;
  /** What the chosen step is called now. */
  renamed?: string;
}

export interface EditorActions {
  /** Changes of one `field` that follow each other are one step back. */
  edit(next: JourneyDocument, then?: Then): void;
  /** Fills in what a step lacks, which is no step back of its own. */
  amend(id: string, fields: Partial<Step>): void;
  undo(): void;
  redo(): void;
  select(id: string | null): void;
  /** Chooses a step, or the start, and goes into its panel. */
  enter(id: string): void;
  stand(id: string): void;
  focus(id: string): void;
  focused(): void;
  toggle(id: string): void;
  expandAll(): void;
  ask(asking: Asking | null): void;
  /** Takes what somebody else did into the document and into all that can be undone: `into` does it, where it can. */
  carry(both: JourneyDocument, into: (past: JourneyDocument) => JourneyDocument | undefined): void;
  unread(isUnread: boolean): void;
}

export type Editor = StoreApi<EditorState & EditorActions>;

export function createEditor(document: JourneyDocument, isReadOnly: boolean, opened: string | null): Editor {
  let field: string | undefined;
  return createStore((set) => ({
    isReadOnly,
    history: begin(document),
    selected: opened,
    chosen: 0,
    current: opened ?? START,
    focusing: null,
    collapsed: new Set<string>(),
    asking: null,
    isUnread: false,
    edit: (next, then = {}) =>
      set((state) => {
        if (state.isReadOnly) return state;
        const isSameField = then.field !== undefined && then.field === field;
        field = then.field;
        const selected = then.select === undefined ? (then.renamed ?? state.selected) : then.select;
        return {
          history: isSameField ? amend(state.history, next) : advance(state.history, next),
          selected,
          chosen: then.select === undefined ? state.chosen : state.chosen + 1,
          ...(then.renamed === undefined ? {} : { current: then.renamed }),
          ...(then.focus === undefined ? {} : { focusing: then.focus, current: then.focus }),
        };
      }),
    amend: (id, fields) =>
      set(({ history, isReadOnly: isFixed }) => {
        const step = isFixed ? undefined : findStep(history.present, id);
        if (!step) return {};
        const present = change(history.present, id, { ...step, ...fields } as Step);
        return { history: { ...history, present } };
      }),
    undo: () => {
      field = undefined;
      set((state) => ({ history: undo(state.history) }));
    },
    redo: () => {
      field = undefined;
      set((state) => ({ history: redo(state.history) }));
    },
    select: (id) => {
      field = undefined;
      set((state) => ({ selected: id, current: id ?? state.current, chosen: state.chosen + 1 }));
    },
    enter: (id) => {
      field = undefined;
      set(({ chosen }) => ({ selected: id, current: id, focusing: PANEL, chosen: chosen + 1 }));
    },
    stand: (id) => set({ current: id }),
    focus: (id) => set({ focusing: id, current: id }),
    focused: () => set({ focusing: null }),
    toggle: (id) =>
      set((state) => {
        const collapsed = new Set(state.collapsed);
        if (!collapsed.delete(id)) collapsed.add(id);
        return { collapsed };
      }),
    expandAll: () => set({ collapsed: new Set<string>() }),
    ask: (asking) => set({ asking }),
    carry: (both, into) => {
      field = undefined;
      set(({ history }) => ({ selected: null, history: carried(history, both, into) }));
    },
    unread: (isUnread) => set({ isUnread }),
  }));
}

export const EditorContext = createContext<Editor | null>(null);

export function useEditorStore(): Editor {
  const editor = useContext(EditorContext);
  if (!editor) throw new Error("This is used outside of an editor.");
  return editor;
}

export function useEditor<T>(selector: (state: EditorState & EditorActions) => T): T {
  return useStore(useEditorStore(), selector);
}

export function useDocument(): JourneyDocument {
  return useEditor((state) => state.history.present);
}

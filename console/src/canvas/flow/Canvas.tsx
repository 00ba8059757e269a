/** The canvas: React Flow shows what the layout says. Nothing is placed or wired by hand. */
import { VisuallyHidden } from "@mantine/core";
import {
  Background,
  type Node,
  type NodeTypes,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
} from "@xyflow/react";
import { type ComponentType, useEffect, useMemo, useRef, useState } from "react";
import type { MessageId } from "~/app/english";
import { useText } from "~/kit/text";
import { useDocument, useEditor, useEditorStore } from "../editor";
import { type Layout, layout, type Size, TILE } from "../model/layout";
import { type Direction, neighbour } from "../model/navigate";
import { Controls } from "./Controls";
import { Lines } from "./Lines";
import { MiniMap } from "./MiniMap";
import { NODES } from "./nodes";
import { keeper } from "./shown";
import "@xyflow/react/dist/base.css";
import "./flow.css";

const ARROWS: Record<string, Direction> = {
  ArrowUp: "up",
  ArrowDown: "down",
  ArrowLeft: "left",
  ArrowRight: "right",
};
/** So small that a whole branch fits, and not so small that thousands of tiles have to be painted. */
const ZOOM = { min: 0.2, max: 1.5 };

/** How a journey is drawn: to edit it, or to show its numbers. */
export interface Look {
  nodes: NodeTypes;
  Lines: ComponentType<{ drawn: Layout }>;
  tile: Size;
  /** What the keys do. */
  keys: MessageId;
  /** Whether it is one part of a page, which the wheel scrolls then; it is moved by dragging. */
  isPart?: boolean;
}

const EDITING: Look = { nodes: NODES, Lines, tile: TILE, keys: "canvas.keys" };

export function Canvas({ look = EDITING }: { look?: Look }) {
  return (
    <ReactFlowProvider>
      <Flow look={look} />
    </ReactFlowProvider>
  );
}

function Flow({ look }: { look: Look }) {
  const text = useText();
  const document = useDocument();
  const editor = useEditorStore();
  const collapsed = useEditor((state) => state.collapsed);
  const drawn = useMemo(() => layout(document, collapsed, look.tile), [document, collapsed, look.tile]);
  const [keep] = useState(keeper);
  const nodes = useMemo(() => keep(drawn), [keep, drawn]);
  const frame = useRef<HTMLDivElement>(null);
  useFollowing(nodes, frame);
  const steer = (event: React.KeyboardEvent) => {
    const direction = ARROWS[event.key];
    const isOnNode = event.target instanceof HTMLElement && event.target.dataset.node !== undefined;
    if (!direction || !isOnNode || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const { current, isReadOnly } = editor.getState();
    const next = neighbour(drawn, current, direction, isReadOnly);
    if (next) editor.getState().focus(next.id);
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the keys of the buttons inside
    <div
      className="canvas"
      ref={frame}
      role="group"
      aria-label={text("canvas.canvas")}
      aria-describedby="canvas-keys"
      onKeyDown={steer}
      onScroll={({ currentTarget }) => currentTarget.scrollTo(0, 0)}
    >
      <VisuallyHidden id="canvas-keys">{text(look.keys)}</VisuallyHidden>
      <ReactFlow
        nodes={nodes}
        nodeTypes={look.nodes}
        onlyRenderVisibleElements
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        elementsSelectable={false}
        disableKeyboardA11y
        deleteKeyCode={null}
        selectionKeyCode={null}
        multiSelectionKeyCode={null}
        panActivationKeyCode={null}
        zoomActivationKeyCode="Control"
        panOnScroll={!look.isPart}
        zoomOnScroll={!look.isPart}
        preventScrolling={!look.isPart}
        zoomOnDoubleClick={false}
        minZoom={ZOOM.min}
        maxZoom={ZOOM.max}
        onInit={(flow) => flow.setViewport({ x: (frame.current?.clientWidth ?? 0) / 2, y: 32, zoom: 1 })}
        onPaneClick={() => editor.getState().select(null)}
        proOptions={{ hideAttribution: true }}
      >
        <Background gap={24} />
        <look.Lines drawn={drawn} />
        <Controls />
        <MiniMap drawn={drawn} />
      </ReactFlow>
    </div>
  );
}

/** Brings what the keyboard goes to into sight, before it is drawn there. */
function useFollowing(nodes: readonly Node[], frame: React.RefObject<HTMLDivElement | null>) {
  const flow = useReactFlow();
  const focusing = useEditor((state) => state.focusing);
  useEffect(() => {
    const node = focusing === null ? undefined : nodes.find((one) => one.id === focusing);
    const box = frame.current?.getBoundingClientRect();
    if (!node || !box) return;
    const { x, y, zoom } = flow.getViewport();
    const left = node.position.x * zoom + x;
    const top = node.position.y * zoom + y;
    const width = (node.width ?? 0) * zoom;
    const height = (node.height ?? 0) * zoom;
    const isInside = left > 16 && top > 16 && left + width < box.width - 16 && top + height < box.height - 16;
    if (isInside) return;
    const middle = {
      x: node.position.x + (node.width ?? 0) / 2,
      y: node.position.y + (node.height ?? 0) / 2,
    };
    void flow.setCenter(middle.x, middle.y, { zoom: Math.max(zoom, 0.5) });
  }, [focusing, nodes, flow, frame]);
}

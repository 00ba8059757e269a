/** The connectors, as wide as the people who took them are many. */
import { useReducedMotion } from "@mantine/hooks";
import { useReactFlow, useStoreApi, ViewportPortal } from "@xyflow/react";
import { memo, useEffect, useMemo } from "react";
import { useDocument } from "~/canvas/editor";
import { pathBetween, useNear } from "~/canvas/flow/Lines";
import type { Layout } from "~/canvas/model/layout";
import { useNumbers, useShownWay } from "./around";
import { carried, widthOf } from "./model/flow";
import { taken } from "./model/replay";

export const NumberLines = memo(function NumberLines({ drawn }: { drawn: Layout }) {
  const document = useDocument();
  const near = useNear(drawn);
  const { steps, most } = useNumbers();
  const way = useShownWay();
  useFollowing(drawn, way?.current);
  const passed = useMemo(() => (way ? taken(drawn, way) : undefined), [drawn, way]);
  return (
    <ViewportPortal>
      <svg className="lines number-lines" aria-hidden data-behind={way ? true : undefined}>
        {near.map(([above, below]) => {
          const people = carried(document, above, below, steps);
          return (
            <path
              key={`${above.id} ${below.id}`}
              d={pathBetween(above, below, drawn.tile)}
              strokeWidth={widthOf(people, most)}
              data-from={above.id}
              data-to={below.id}
              data-people={people}
            />
          );
        })}
        {near.map(
          ([above, below]) =>
            passed?.has(`${above.id} ${below.id}`) && (
              <path
                key={`taken ${above.id} ${below.id}`}
                className="taken"
                d={pathBetween(above, below, drawn.tile)}
              />
            ),
        )}
      </svg>
    </ViewportPortal>
  );
});

/** Brings the step that a replay has come to into sight; the keyboard stays where it is. */
function useFollowing(drawn: Layout, current: string | undefined) {
  const flow = useReactFlow();
  const store = useStoreApi();
  const isStill = useReducedMotion();
  useEffect(() => {
    const node = drawn.nodes.find((one) => one.id === current);
    if (!node) return;
    const { width, height } = store.getState();
    const { x, y, zoom } = flow.getViewport();
    const [left, top] = [node.x * zoom + x, node.y * zoom + y];
    const half = (drawn.tile.width / 2) * zoom;
    const isInside =
      left - half > 16 &&
      left + half < width - 16 &&
      top > 16 &&
      top + drawn.tile.height * zoom < height - 16;
    if (!isInside)
      void flow.setCenter(node.x, node.y + drawn.tile.height / 2, { zoom, duration: isStill ? 0 : 400 });
  }, [drawn, current, flow, store, isStill]);
}

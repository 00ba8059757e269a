/** The mini-map: all tiles painted once, and over them the part that is in sight; a click goes there. */
import { Panel, useReactFlow, useStore } from "@xyflow/react";
import { useEffect, useRef } from "react";
import { useText } from "~/kit/text";
import type { Layout } from "../model/layout";

const SIZE = { width: 180, height: 130 };

export function MiniMap({ drawn }: { drawn: Layout }) {
  const text = useText();
  const flow = useReactFlow();
  const paper = useRef<HTMLCanvasElement>(null);
  const scale = Math.min(SIZE.width / (drawn.width + 80), SIZE.height / (drawn.height + 80));
  const offset = { x: SIZE.width / 2, y: (SIZE.height - drawn.height * scale) / 2 };
  useEffect(() => {
    const pen = paper.current?.getContext("2d");
    if (!pen) return;
    pen.clearRect(0, 0, SIZE.width, SIZE.height);
    pen.fillStyle = "#868e96";
    for (const { kind, x, y } of drawn.nodes)
      if (kind === "step" || kind === "start")
        pen.fillRect(
          (x - drawn.tile.width / 2) * scale + offset.x,
          y * scale + offset.y,
          Math.max(drawn.tile.width * scale, 1),
          Math.max(drawn.tile.height * scale, 1),
        );
  }, [drawn, scale, offset.x, offset.y]);
  return (
    <Panel position="bottom-right" className="map">
      <canvas
        ref={paper}
        width={SIZE.width}
        height={SIZE.height}
        role="img"
        aria-label={text("canvas.map")}
        onPointerDown={({ nativeEvent: { offsetX, offsetY } }) =>
          void flow.setCenter((offsetX - offset.x) / scale, (offsetY - offset.y) / scale, {
            zoom: flow.getZoom(),
          })
        }
      />
      <InSight scale={scale} offset={offset} />
    </Panel>
  );
}

function InSight({ scale, offset }: { scale: number; offset: { x: number; y: number } }) {
  const [x, y, zoom] = useStore((state) => state.transform);
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  const left = Math.max((-x / zoom) * scale + offset.x, 0);
  const top = Math.max((-y / zoom) * scale + offset.y, 0);
  const right = Math.min(((width - x) / zoom) * scale + offset.x, SIZE.width);
  const bottom = Math.min(((height - y) / zoom) * scale + offset.y, SIZE.height);
  const style = { left, top, width: Math.max(right - left, 4), height: Math.max(bottom - top, 4) };
  return <div className="map-sight" style={style} />;
}

/** Zoom, the whole journey, a step by its name, and all branches open again. */
import { ActionIcon, Paper, Tooltip } from "@mantine/core";
import { IconArrowsMaximize, IconArrowsVertical, IconMinus, IconPlus, IconSearch } from "@tabler/icons-react";
import { Panel, useReactFlow } from "@xyflow/react";
import { useText } from "~/kit/text";
import { useEditor } from "../editor";

export function Controls() {
  const text = useText();
  const flow = useReactFlow();
  const ask = useEditor((state) => state.ask);
  const expandAll = useEditor((state) => state.expandAll);
  const hasCollapsed = useEditor((state) => state.collapsed.size > 0);
  const buttons = [
    { label: text("canvas.zoomIn"), icon: IconPlus, act: () => void flow.zoomIn() },
    { label: text("canvas.zoomOut"), icon: IconMinus, act: () => void flow.zoomOut() },
    { label: text("canvas.fit"), icon: IconArrowsMaximize, act: () => void flow.fitView({ maxZoom: 1 }) },
    { label: text("canvas.find"), icon: IconSearch, act: () => ask({ what: "find" }) },
    ...(hasCollapsed ? [{ label: text("canvas.expandAll"), icon: IconArrowsVertical, act: expandAll }] : []),
  ];
  return (
    <Panel position="bottom-left">
      <Paper withBorder shadow="xs" p={2}>
        {buttons.map(({ label, icon: Icon, act }) => (
          <Tooltip key={label} label={label} position="right">
            <ActionIcon
              variant="subtle"
              color="gray"
              size={32}
              display="flex"
              aria-label={label}
              onClick={act}
            >
              <Icon size={18} aria-hidden />
            </ActionIcon>
          </Tooltip>
        ))}
      </Paper>
    </Panel>
  );
}

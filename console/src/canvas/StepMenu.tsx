/** Everything that can be done with a step. */
import { Menu } from "@mantine/core";
import {
  IconArrowsMove,
  IconClipboard,
  IconCopy,
  IconCopyPlus,
  IconCut,
  IconTrash,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useText } from "~/kit/text";
import { useDeeds } from "./deeds";
import { useEditor } from "./editor";

interface StepMenuProps {
  id: string;
  children: ReactNode;
}

export function StepMenu({ id, children }: StepMenuProps) {
  const text = useText();
  const deeds = useDeeds();
  const ask = useEditor((state) => state.ask);
  const icon = { size: 16, "aria-hidden": true };
  return (
    <Menu position="bottom-end" withinPortal keepMounted={false} transitionProps={{ duration: 0 }}>
      <Menu.Target>{children}</Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconArrowsMove {...icon} />} onClick={() => ask({ what: "move", step: id })}>
          {text("canvas.move")}
        </Menu.Item>
        <Menu.Item leftSection={<IconCopyPlus {...icon} />} onClick={() => deeds.duplicate(id)}>
          {text("canvas.duplicate")}
        </Menu.Item>
        <Menu.Item leftSection={<IconCopy {...icon} />} onClick={() => deeds.copy(id)}>
          {text("canvas.copy")}
        </Menu.Item>
        <Menu.Item leftSection={<IconCut {...icon} />} onClick={() => deeds.cut(id)}>
          {text("canvas.cut")}
        </Menu.Item>
        <Menu.Item leftSection={<IconClipboard {...icon} />} onClick={() => deeds.pasteAfter(id)}>
          {text("canvas.paste")}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          color="red"
          leftSection={<IconTrash {...icon} />}
          onClick={() => ask({ what: "delete", step: id })}
        >
          {text("canvas.remove")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** Everything that can be done with a step, and the button that shows it. */
import { ActionIcon, Menu } from "@mantine/core";
import {
  IconArrowsMove,
  IconChevronDown,
  IconClipboard,
  IconCopy,
  IconCopyPlus,
  IconCut,
  IconDots,
  IconTrash,
} from "@tabler/icons-react";
import { useFirstFocus } from "~/kit/focus";
import { useText } from "~/kit/text";
import { useDeeds } from "./deeds";
import { type Asking, useDocument, useEditor, useEditorStore } from "./editor";
import { branchesOf, findStep } from "./model/document";

export function MoreButton({ id, size }: { id: string; size?: number }) {
  const text = useText();
  const editor = useEditorStore();
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      {...(size === undefined ? {} : { size })}
      tabIndex={-1}
      aria-haspopup="menu"
      aria-label={text("canvas.moreOf", { id })}
      onClick={(event) => {
        event.stopPropagation();
        const { right, bottom } = event.currentTarget.getBoundingClientRect();
        editor.getState().ask({ what: "menu", step: id, x: right, y: bottom });
      }}
    >
      <IconDots size={16} aria-hidden />
    </ActionIcon>
  );
}

export function StepMenu({ asking }: { asking: Extract<Asking, { what: "menu" }> }) {
  const editor = useEditorStore();
  const close = () => {
    // what was chosen may ask something itself
    if (editor.getState().asking === asking) editor.getState().ask(null);
  };
  return (
    <Menu
      opened
      onClose={close}
      position="bottom-start"
      withinPortal
      withInitialFocusPlaceholder={false}
      transitionProps={{ duration: 0 }}
    >
      <Menu.Target>
        <div style={{ position: "fixed", left: asking.x, top: asking.y, width: 1, height: 1 }} />
      </Menu.Target>
      <Menu.Dropdown>
        <Deeds id={asking.step} />
      </Menu.Dropdown>
    </Menu>
  );
}

function Deeds({ id }: { id: string }) {
  const text = useText();
  const deeds = useDeeds();
  const ask = useEditor((state) => state.ask);
  const toggle = useEditor((state) => state.toggle);
  const isCollapsed = useEditor((state) => state.collapsed.has(id));
  const first = useFirstFocus<HTMLButtonElement>();
  const step = findStep(useDocument(), id);
  const icon = { size: 16, "aria-hidden": true };
  return (
    <>
      <Menu.Item
        ref={first}
        leftSection={<IconArrowsMove {...icon} />}
        onClick={() => ask({ what: "move", step: id })}
      >
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
      {step && branchesOf(step).length > 0 && (
        <Menu.Item leftSection={<IconChevronDown {...icon} />} onClick={() => toggle(id)}>
          {text(isCollapsed ? "canvas.expandThis" : "canvas.collapseThis")}
        </Menu.Item>
      )}
      <Menu.Divider />
      <Menu.Item
        color="red"
        leftSection={<IconTrash {...icon} />}
        onClick={() => ask({ what: "delete", step: id })}
      >
        {text("canvas.remove")}
      </Menu.Item>
    </>
  );
}

/** Who is logged in, the colours of the console, and the way out. */
import { Button, Menu, Text, useMantineColorScheme } from "@mantine/core";
import { IconChevronDown, IconDeviceDesktop, IconLogout, IconMoon, IconSun } from "@tabler/icons-react";
import { useLogout, useSession } from "~/account/queries";
import { useText } from "~/kit/text";

export function AccountMenu() {
  const text = useText();
  const session = useSession();
  const logout = useLogout();
  const { setColorScheme } = useMantineColorScheme();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          size="compact-md"
          rightSection={<IconChevronDown size={14} aria-hidden />}
        >
          <Text span inherit truncate>
            {session.data?.name}
          </Text>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconSun size={16} aria-hidden />} onClick={() => setColorScheme("light")}>
          {text("app.light")}
        </Menu.Item>
        <Menu.Item leftSection={<IconMoon size={16} aria-hidden />} onClick={() => setColorScheme("dark")}>
          {text("app.dark")}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconDeviceDesktop size={16} aria-hidden />}
          onClick={() => setColorScheme("auto")}
        >
          {text("app.system")}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => logout.mutate()}>
          {text("app.logout")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

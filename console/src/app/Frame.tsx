/** The frame around all pages: the menu, who is logged in, and the page. Whoever is not logged in is asked to. */
import { AppShell, Burger, Group, NavLink, Text, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import {
  IconFileText,
  IconInbox,
  IconRoute,
  IconSettings,
  IconUsers,
  IconUsersGroup,
} from "@tabler/icons-react";
import { Link, Outlet, useLocation } from "react-router";
import { LoginGate } from "~/account/LoginGate";
import { useText } from "~/kit/text";
import { AccountMenu } from "./AccountMenu";
import "./frame.css";

const PLACES = [
  { to: "/journeys", label: "app.journeys", icon: IconRoute },
  { to: "/segments", label: "app.segments", icon: IconUsersGroup },
  { to: "/people", label: "app.people", icon: IconUsers },
  { to: "/content", label: "app.content", icon: IconFileText },
  { to: "/inbox", label: "app.inbox", icon: IconInbox },
  { to: "/settings", label: "app.settings", icon: IconSettings },
] as const;

export function Frame() {
  const text = useText();
  const { pathname } = useLocation();
  const [isOpen, { toggle, close }] = useDisclosure();
  return (
    <LoginGate>
      <a href="#page" className="skip">
        {text("app.skip")}
      </a>
      <AppShell
        header={{ height: 52 }}
        navbar={{ width: 200, breakpoint: "sm", collapsed: { mobile: !isOpen } }}
      >
        <AppShell.Header>
          <Group h="100%" px="md" justify="space-between" wrap="nowrap">
            <Group gap="sm" wrap="nowrap">
              <Burger
                opened={isOpen}
                onClick={toggle}
                hiddenFrom="sm"
                size="sm"
                aria-label={text("app.menu")}
              />
              <UnstyledButton component={Link} to="/journeys">
                <Text fw={700} size="lg">
                  {text("app.name")}
                </Text>
              </UnstyledButton>
            </Group>
            <AccountMenu />
          </Group>
        </AppShell.Header>
        <AppShell.Navbar p="xs" aria-label={text("app.menu")}>
          {PLACES.map(({ to, label, icon: Icon }) => (
            <NavLink
              key={to}
              component={Link}
              to={to}
              label={text(label)}
              leftSection={<Icon size={18} aria-hidden />}
              active={pathname.startsWith(to)}
              aria-current={pathname.startsWith(to) ? "page" : undefined}
              onClick={close}
            />
          ))}
        </AppShell.Navbar>
        <AppShell.Main id="page" tabIndex={-1}>
          <Outlet />
        </AppShell.Main>
      </AppShell>
      <VisuallyHidden>
        <div id="live" aria-live="polite" />
      </VisuallyHidden>
    </LoginGate>
  );
}

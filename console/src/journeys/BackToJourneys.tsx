/** The way out of a journey's pages that fill the window. */
import { ActionIcon } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { Link } from "react-router";
import { useText } from "~/kit/text";

export function BackToJourneys() {
  const text = useText();
  return (
    <ActionIcon
      component={Link}
      to="/journeys"
      variant="subtle"
      color="gray"
      aria-label={text("journeys.back")}
    >
      <IconArrowLeft size={18} aria-hidden />
    </ActionIcon>
  );
}

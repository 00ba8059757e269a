/** The look of the console: colours that keep 4.5:1 on light and dark, and sizes that can be hit. */
import { type CSSVariablesResolver, createTheme } from "@mantine/core";

export const theme = createTheme({
  primaryColor: "cyan",
  primaryShade: 9,
  autoContrast: true,
  fontFamily: "Inter, system-ui, -apple-system, 'Segoe UI', sans-serif",
  defaultRadius: "md",
  respectReducedMotion: true,
  cursorType: "pointer",
});

/** Quiet text, errors, links and tinted words in Mantine's own shades are too pale to be read by everybody. */
export const readable: CSSVariablesResolver = ({ colors }) => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": colors.gray[7],
    "--mantine-color-placeholder": colors.gray[7],
    "--mantine-color-error": colors.red[9],
    "--mantine-color-anchor": colors.cyan[9],
    ...tinted((name) => `color-mix(in srgb, ${colors[name]?.[9]}, black 30%)`),
  },
  dark: {
    "--mantine-color-dimmed": colors.dark[1],
    "--mantine-color-placeholder": colors.dark[1],
    "--mantine-color-error": colors.red[4],
    "--mantine-color-anchor": colors.cyan[4],
    "--mantine-color-cyan-outline": colors.cyan[3],
    ...tinted((name) => colors[name]?.[2] ?? ""),
  },
});

const TINTS = ["cyan", "green", "red", "yellow", "orange", "gray", "blue", "grape"];

function tinted(shade: (name: string) => string) {
  return Object.fromEntries(TINTS.map((name) => [`--mantine-color-${name}-light-color`, shade(name)]));
}

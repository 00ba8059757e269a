/** The look of the console: colours that keep 4.5:1 on light and dark, and sizes that can be hit. */
import { type CSSVariablesResolver, createTheme, type MantineThemeColors } from "@mantine/core";

export const theme = createTheme({
  primaryColor: "cyan",
  primaryShade: 9,
  autoContrast: true,
  fontFamily: "Inter, system-ui, -apple-system, 'Segoe UI', sans-serif",
  defaultRadius: "md",
  respectReducedMotion: true,
  cursorType: "pointer",
});

/** Quiet text, errors, links, tinted words and what the mouse is over are too pale in Mantine's own shades. */
export const readable: CSSVariablesResolver = ({ colors }) => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": colors.gray[7],
    "--mantine-color-placeholder": colors.gray[7],
    "--mantine-color-disabled-color": colors.gray[7],
    "--mantine-color-error": colors.red[9],
    "--mantine-color-anchor": colors.cyan[9],
    ...tinted((name) => `color-mix(in srgb, ${colors[name]?.[9]}, black 30%)`),
    ...hovered(colors),
  },
  dark: {
    "--mantine-color-dimmed": colors.dark[1],
    "--mantine-color-placeholder": colors.dark[1],
    "--mantine-color-disabled-color": colors.dark[1],
    "--mantine-color-error": colors.red[4],
    "--mantine-color-anchor": colors.cyan[4],
    "--mantine-color-cyan-outline": colors.cyan[3],
    ...tinted((name) => colors[name]?.[2] ?? ""),
    ...hovered(colors),
  },
});

const TINTS = ["cyan", "green", "red", "yellow", "orange", "gray", "blue", "grape"];

function tinted(shade: (name: string) => string) {
  return Object.fromEntries(TINTS.map((name) => [`--mantine-color-${name}-light-color`, shade(name)]));
}

/** Darker under the mouse, in both schemes: a lighter shade would lose its contrast with the white word on it. */
function hovered(colors: MantineThemeColors) {
  return Object.fromEntries(
    TINTS.map((name) => [
      `--mantine-color-${name}-filled-hover`,
      `color-mix(in srgb, ${colors[name]?.[9]}, black 15%)`,
    ]),
  );
}

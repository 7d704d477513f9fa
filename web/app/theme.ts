import {
  Button,
  createTheme,
  Drawer,
  Modal,
  NativeSelect,
  Notification,
  PasswordInput,
  Textarea,
  TextInput,
  Tooltip,
  type CSSVariablesResolver,
  type MantineColorsTuple,
} from '@mantine/core';

/** The one accent: ink. Every other colour on a screen says what state something is in. */
const ink: MantineColorsTuple = [
  '#eef4fb',
  '#d9e6f5',
  '#b3cdea',
  '#8ab2de',
  '#6a9ad2',
  '#4a80c0',
  '#3069ad',
  '#1f4e8c',
  '#183f73',
  '#11305a',
];

/** The sign alone says nothing to those who hear the page. */
const CLOSE = { 'aria-label': 'Close' };

export const theme = createTheme({
  colors: { ink },
  primaryColor: 'ink',
  primaryShade: { light: 7, dark: 6 },
  defaultRadius: 4,
  fontFamily: "'Inter', system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Mono', 'DejaVu Sans Mono', monospace",
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  headings: { fontWeight: '600' },
  respectReducedMotion: true,
  components: {
    Button: Button.extend({ defaultProps: { size: 'xs' } }),
    TextInput: TextInput.extend({ defaultProps: { size: 'xs' } }),
    PasswordInput: PasswordInput.extend({ defaultProps: { size: 'sm' } }),
    Textarea: Textarea.extend({ defaultProps: { size: 'xs', autosize: true, minRows: 2 } }),
    NativeSelect: NativeSelect.extend({ defaultProps: { size: 'xs' } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 200, withArrow: true, multiline: true } }),
    Modal: Modal.extend({
      defaultProps: { centered: true, overlayProps: { opacity: 0.4 }, closeButtonProps: CLOSE },
    }),
    Notification: Notification.extend({ defaultProps: { closeButtonProps: CLOSE } }),
    Drawer: Drawer.extend({
      defaultProps: {
        position: 'right',
        overlayProps: { opacity: 0.25 },
        closeButtonProps: CLOSE,
      },
    }),
  },
});

/** The library's own colours give way to those of `theme.css`, which are judged for contrast. */
export const cssVariables: CSSVariablesResolver = () => {
  const shared = {
    '--mantine-color-body': 'var(--page)',
    '--mantine-color-text': 'var(--text)',
    '--mantine-color-dimmed': 'var(--text-soft)',
    '--mantine-color-placeholder': 'var(--text-soft)',
    '--mantine-color-default': 'var(--surface)',
    '--mantine-color-default-hover': 'var(--hover)',
    '--mantine-color-default-border': 'var(--line-strong)',
    '--mantine-color-default-color': 'var(--text)',
    '--mantine-color-error': 'var(--bad)',
    '--mantine-color-anchor': 'var(--accent)',
    '--mantine-primary-color-light-color': 'var(--accent)',
  };
  return { variables: {}, light: shared, dark: shared };
};

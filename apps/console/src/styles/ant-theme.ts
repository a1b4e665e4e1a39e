import { theme, type ThemeConfig } from 'antd';

const FONT =
  "-apple-system, BlinkMacSystemFont, 'Segoe UI', Inter, Roboto, 'PingFang SC', 'Hiragino Sans GB', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', sans-serif";

const light = {
  colorPrimary: '#0d6661',
  colorLink: '#0d6661',
  colorError: '#b3261e',
  colorWarning: '#8a5300',
  colorText: '#14201e',
  colorTextSecondary: '#46534f',
  colorTextTertiary: '#5f6c68',
  colorTextPlaceholder: '#66726e',
  colorBgBase: '#ffffff',
  colorBorder: '#c3ccc8',
};

const dark = {
  colorPrimary: '#4fc3b3',
  colorLink: '#4fc3b3',
  colorError: '#ff8a7e',
  colorWarning: '#f0b45a',
  colorText: '#e6edeb',
  colorTextSecondary: '#b1bdb9',
  colorTextTertiary: '#93a19d',
  colorTextPlaceholder: '#8b9995',
  colorBgBase: '#121918',
  colorBgContainer: '#18211f',
  colorBgElevated: '#1b2523',
  colorBorder: '#3a4845',
  /** The accent is bright in the dark, so what is written on it is not. */
  colorTextLightSolid: '#06211e',
};

/** The dark algorithm dims colours below the contrast that text needs. */
const DARK_BUTTON = {
  primaryColor: '#06211e',
  colorPrimary: '#4fc3b3',
  colorPrimaryHover: '#74d3c5',
  colorError: '#ff8a7e',
  colorErrorHover: '#ffaaa1',
  colorErrorBorderHover: '#ffaaa1',
};

/** Ant Design in the colours of base.css. */
export function antTheme(isDark: boolean): ThemeConfig {
  return {
    algorithm: isDark ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: {
      ...(isDark ? dark : light),
      fontFamily: FONT,
      borderRadius: 6,
      motion: !matchMedia('(prefers-reduced-motion: reduce)').matches,
    },
    components: isDark ? { Button: DARK_BUTTON } : {},
  };
}

import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { App as AntApp, ConfigProvider } from 'antd';
import antEn from 'antd/locale/en_US';
import antZh from 'antd/locale/zh_CN';
import { lazy, Suspense } from 'react';
import { BrowserRouter, Navigate, Route, Routes } from 'react-router';
import { useLanguage } from './preferences/language.js';
import { ThemeProvider, useTheme } from './preferences/theme.js';
import { SignInPage } from './session/sign-in-page.js';
import { PageGuard } from './shell/page-guard.js';
import { antTheme } from './styles/ant-theme.js';

const HomePage = lazy(() => import('./home-page.js'));
const queries = new QueryClient({ defaultOptions: { queries: { refetchOnWindowFocus: false } } });

export function App() {
  return (
    <QueryClientProvider client={queries}>
      <ThemeProvider>
        <Dressed />
      </ThemeProvider>
    </QueryClientProvider>
  );
}

/** The routes, in the reader's theme and language. */
function Dressed() {
  const { dark } = useTheme();
  const { language } = useLanguage();
  return (
    <ConfigProvider
      theme={antTheme(dark)}
      locale={language === 'zh-CN' ? antZh : antEn}
      button={{ autoInsertSpace: false }}
      wave={{ disabled: true }}
    >
      <AntApp component={false}>
        <BrowserRouter>
          <PageGuard>
            <Suspense fallback={null}>
              <Routes>
                <Route path="/" element={<HomePage />} />
                <Route path="/sign-in" element={<SignInPage />} />
                <Route path="/sign-in/:token" element={<SignInPage />} />
                <Route path="*" element={<Navigate to="/" replace />} />
              </Routes>
            </Suspense>
          </PageGuard>
        </BrowserRouter>
      </AntApp>
    </ConfigProvider>
  );
}

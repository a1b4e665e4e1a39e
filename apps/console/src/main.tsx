import { createRoot } from 'react-dom/client';
import { App } from './app.js';
import { startLanguage } from './preferences/language.js';
import './styles/base.css';

await startLanguage();
createRoot(document.getElementById('root')!).render(<App />);

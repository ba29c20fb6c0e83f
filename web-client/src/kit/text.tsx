/** The language of the page as React context. */
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { initialLanguage, type Language, rememberLanguage } from '../i18n';
import { kitEn } from './texts.en';
import { type KitTexts, kitZh } from './texts.zh';

const texts: Record<Language, KitTexts> = { zh: kitZh, en: kitEn };

export interface Speech {
  t: KitTexts;
  language: Language;
  setLanguage: (language: Language) => void;
}

const SpeechContext = createContext<Speech>({ t: texts.zh, language: 'zh', setLanguage: () => {} });

export function useText(): Speech {
  return useContext(SpeechContext);
}

export function SpeechProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(initialLanguage);
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  }, [language]);
  const speech = useMemo(
    () => ({
      t: texts[language],
      language,
      setLanguage: (next: Language) => {
        rememberLanguage(next);
        setLanguage(next);
      },
    }),
    [language],
  );
  return <SpeechContext value={speech}>{children}</SpeechContext>;
}

/** The switch to the other language, named in that language. */
export function LanguageSwitch() {
  const { t, language, setLanguage } = useText();
  const other = language === 'zh' ? 'en' : 'zh';
  return (
    <button
      type="button"
      className="button quiet small"
      lang={other === 'zh' ? 'zh-CN' : 'en'}
      onClick={() => setLanguage(other)}
    >
      {t.language}
    </button>
  );
}

/** The words of reports in the language of the page. */
import { useText } from '../../kit/text';
import { reportsEn } from './texts.en';
import { type ReportTexts, reportsZh } from './texts.zh';

export function useReportText(): ReportTexts {
  return useText().language === 'zh' ? reportsZh : reportsEn;
}

/** The certificate pages' own words in the language of the page. */
import { useText } from '../kit/text';
import { certificateEn } from './texts.en';
import { type CertificateTexts, certificateZh } from './texts.zh';

export function useCertificateText(): CertificateTexts {
  return useText().language === 'zh' ? certificateZh : certificateEn;
}

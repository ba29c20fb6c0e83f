//! The few facts a simulated participant reads from an SDP answer.

/// One media section of an answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Section {
    /// `audio` or `video`.
    pub kind: String,
    pub mid: String,
    /// `recvonly`, `sendonly`, `inactive` or `sendrecv`, as the answerer says it.
    pub direction: String,
    /// Media SSRCs the answerer will send, retransmission streams left out.
    pub ssrcs: Vec<u32>,
    /// Payload types and upper-case codec names, in the answer's order.
    pub codecs: Vec<(u8, String)>,
    /// Header extensions: id and URI.
    pub extensions: Vec<(u8, String)>,
    pub rejected: bool,
}

impl Section {
    /// Payload type of a codec (upper case), if the answer has it.
    pub fn payload_type(&self, codec: &str) -> Option<u8> {
        self.codecs.iter().find(|(_, name)| name == codec).map(|(number, _)| *number)
    }

    /// Id of a header extension, if the answer has it.
    pub fn extension(&self, uri: &str) -> Option<u8> {
        self.extensions.iter().find(|(_, own)| own == uri).map(|(id, _)| *id)
    }
}

/// The media sections in their order.
pub fn sections(sdp: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut repairs = Vec::new();
    for line in sdp.lines() {
        if let Some(media) = line.strip_prefix("m=") {
            let mut words = media.split(' ');
            let kind = words.next().unwrap_or_default().to_owned();
            let rejected = words.next() == Some("0");
            sections.push(Section { kind, rejected, ..Section::default() });
        } else if let Some(section) = sections.last_mut() {
            read_attribute(section, &mut repairs, line);
        }
    }
    for section in &mut sections {
        section.ssrcs.retain(|ssrc| !repairs.contains(ssrc));
    }
    sections
}

fn read_attribute(section: &mut Section, repairs: &mut Vec<u32>, line: &str) {
    let Some(attribute) = line.strip_prefix("a=") else { return };
    let (name, value) = attribute.split_once(':').unwrap_or((attribute, ""));
    let mut words = value.split(' ');
    let first = words.next().unwrap_or_default();
    match name {
        "mid" => section.mid = value.to_owned(),
        "recvonly" | "sendonly" | "inactive" | "sendrecv" => section.direction = name.to_owned(),
        "ssrc" => {
            let ssrc = first.parse().ok().filter(|ssrc| !section.ssrcs.contains(ssrc));
            section.ssrcs.extend(ssrc);
        }
        "ssrc-group" if first == "FID" => {
            repairs.extend(words.nth(1).and_then(|ssrc| ssrc.parse::<u32>().ok()));
        }
        "rtpmap" => {
            let codec = words.next().and_then(|codec| codec.split('/').next());
            if let (Ok(number), Some(codec)) = (first.parse(), codec) {
                section.codecs.push((number, codec.to_ascii_uppercase()));
            }
        }
        "extmap" => {
            let id = first.split('/').next().and_then(|id| id.parse().ok());
            if let (Some(id), Some(uri)) = (id, words.next()) {
                section.extensions.push((id, uri.to_owned()));
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_section_by_section() {
        let sdp = "v=0\r\na=group:BUNDLE 0 1\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=recvonly\r\n\
            a=rtpmap:111 opus/48000/2\r\na=extmap:3 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n\
            m=video 0 UDP/TLS/RTP/SAVPF 96 97\r\na=mid:1\r\na=sendonly\r\na=rtpmap:96 VP8/90000\r\n\
            a=ssrc-group:FID 10 11\r\na=ssrc:10 cname:a\r\na=ssrc:10 msid:a b\r\na=ssrc:11 cname:a\r\n";
        let [audio, video] = sections(sdp).try_into().unwrap();
        assert_eq!((audio.kind.as_str(), audio.direction.as_str()), ("audio", "recvonly"));
        assert_eq!(audio.payload_type("OPUS"), Some(111));
        assert_eq!(audio.extension("urn:ietf:params:rtp-hdrext:ssrc-audio-level"), Some(3));
        assert!(video.rejected);
        assert_eq!(video.ssrcs, [10]);
    }
}

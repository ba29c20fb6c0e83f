/** Runs inside the page, before it: a peer connection whose received pictures are painted. */
export function paintStreams() {
  const paint = (number) => {
    const canvas = document.createElement('canvas');
    canvas.width = 640;
    canvas.height = 360;
    const pen = canvas.getContext('2d');
    const draw = () => {
      const slide = number === 0;
      pen.fillStyle = slide ? '#fbfaf5' : `hsl(${number * 67} 25% 34%)`;
      pen.fillRect(0, 0, 640, 360);
      if (slide) {
        pen.fillStyle = '#1c3f37';
        pen.font = '600 34px sans-serif';
        pen.fillText('学业质量：怎么看，怎么用', 50, 90);
        pen.font = '22px sans-serif';
        ['一、学业质量的内涵', '二、与课程目标的关系', '三、课堂里的三个做法'].forEach((text, i) => {
          pen.fillText(text, 70, 160 + i * 52);
        });
      } else {
        pen.fillStyle = '#e8c9ac';
        pen.beginPath();
        pen.arc(320, 150, 66, 0, 7);
        pen.fill();
        pen.fillStyle = `hsl(${number * 67} 30% 58%)`;
        pen.beginPath();
        pen.ellipse(320, 350, 140, 120, 0, 0, 7);
        pen.fill();
      }
    };
    draw();
    setInterval(draw, 200);
    return canvas.captureStream(5).getVideoTracks()[0];
  };
  let videos = 0;
  window.RTCPeerConnection = class {
    connectionState = 'new';
    localDescription = { sdp: 'v=0' };
    addTransceiver(kind, { direction }) {
      const receives = direction === 'recvonly';
      const track =
        kind === 'video' && receives ? paint(videos++) : new MediaStreamTrackGenerator({ kind: 'audio' });
      return { sender: { replaceTrack: async () => {} }, receiver: { track }, setCodecPreferences() {} };
    }
    async createOffer() {
      return {};
    }
    async setLocalDescription() {}
    async setRemoteDescription() {
      this.connectionState = 'connected';
      this.onconnectionstatechange?.();
    }
    async getStats() {
      return new Map();
    }
    close() {}
  };
}

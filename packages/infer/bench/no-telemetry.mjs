/** For what opens ONNX Runtime by itself: it must not report that to its maker, see `turnTelemetryOff`. */
process.env.ORT_DISABLE_TELEMETRY = '1';

{{- define "pavior.name" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end }}

{{/* What a workload selects its pods by: never changes over upgrades. Takes a list of the context and the part. */}}
{{- define "pavior.selector" -}}
app.kubernetes.io/name: pavior
app.kubernetes.io/instance: {{ (index . 0).Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{- define "pavior.labels" -}}
app.kubernetes.io/name: pavior
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{- end }}

{{- define "pavior.claim" -}}
{{- .Values.storage.existingClaim | default (printf "%s-data" (include "pavior.name" .)) -}}
{{- end }}

{{/* All of a pod but what its container is started with. Takes the context. */}}
{{- define "pavior.pod" -}}
serviceAccountName: {{ include "pavior.name" . }}
automountServiceAccountToken: false
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile: {type: RuntimeDefault}
volumes:
  - name: data
    persistentVolumeClaim: {claimName: {{ include "pavior.claim" . }}}
  - name: keys
    secret: {secretName: {{ .Values.keys.name }}, defaultMode: 288}
  - name: secrets
    secret: {secretName: {{ .Values.secrets.name }}, defaultMode: 288}
  - name: scratch
    emptyDir: {}
  {{- if .Values.files }}
  - name: files
    configMap: {name: {{ include "pavior.name" . }}-files}
  {{- end }}
{{- with .Values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* All of a container but its arguments, ports and probes. Takes a list of the context and the resources. */}}
{{- define "pavior.container" -}}
{{- $ := index . 0 -}}
image: {{ printf "%s:%s" $.Values.image.repository ($.Values.image.tag | default $.Chart.AppVersion) | quote }}
imagePullPolicy: {{ $.Values.image.pullPolicy | default "IfNotPresent" }}
envFrom:
  - configMapRef: {name: {{ include "pavior.name" $ }}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- with index . 1 }}
resources: {{- toYaml . | nindent 2 }}
{{- end }}
volumeMounts:
  - {name: data, mountPath: /data}
  - {name: keys, mountPath: /keys, readOnly: true}
  - {name: secrets, mountPath: /run/secrets/pavior, readOnly: true}
  - {name: scratch, mountPath: /tmp}
  {{- if $.Values.files }}
  - {name: files, mountPath: /etc/pavior, readOnly: true}
  {{- end }}
{{- end }}

{{/* Pods start anew when what they read at their start has changed. */}}
{{- define "pavior.changes" -}}
checksum/settings: {{ include (print .Template.BasePath "/settings.yaml") . | sha256sum }}
{{- end }}
